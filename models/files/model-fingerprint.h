/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distinguishes weights by samples of their values. Parts of a model and additional files use the same rule.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"

G_BEGIN_DECLS

/* Adds every weight that the graph requests, under its name in the graph. The sources must contain all of them
 * (pz_weights_check ()). Fails on read errors. */
gboolean pz_fingerprint_add_weights (GChecksum *checksum,
                                     const PzGraph *graph,
                                     const PzWeightSource sources[],
                                     guint n_sources,
                                     GError **error);

G_END_DECLS
