/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells weights apart by samples of them: one rule for a model's parts and for files beside it.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"

G_BEGIN_DECLS

/* Every weight that the graph asks for, by its name there; all must be in the sources (pz_weights_check ()). Fails as reading does. */
gboolean pz_fingerprint_add_weights (GChecksum *checksum,
                                     const PzGraph *graph,
                                     const PzWeightSource sources[],
                                     guint n_sources,
                                     GError **error);

G_END_DECLS
