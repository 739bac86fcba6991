/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Builds a model's networks in one graph, each under its own prefix. The graph is never run; it tells which weights a model
 * has.
 * Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Appends the networks of the `chosen` parts (PzModelPart) that are open, at the smallest sizes that request every weight. If
 * ELITE's mappers are chosen too, the U-Net includes their key and value matrices for its attentions. */
void pz_model_networks_build (const PzModelFolder *folder, guint chosen, PzGraph *graph);

/* Lists the sources of the weights of such a graph. Returns their number. */
#define PZ_MODEL_MAX_SOURCES 9
guint pz_model_networks_sources (const PzModelFolder *folder,
                                 PzWeightSource sources[PZ_MODEL_MAX_SOURCES]);

G_END_DECLS
