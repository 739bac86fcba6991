/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model's networks in one graph that is never run, each under a prefix of its own: for those who ask
 * which weights a model has. Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Appends the networks of those of the `chosen` parts (PzModelPart) that are open, at the smallest sizes that
 * ask for every weight. What ELITE changes in the U-Net's attentions comes with its U-Net. */
void pz_model_networks_build (const PzModelFolder *folder, guint chosen, PzGraph *graph);

/* Where the weights of such a graph are. Returns their number. */
#define PZ_MODEL_MAX_SOURCES 9
guint pz_model_networks_sources (const PzModelFolder *folder,
                                 PzWeightSource sources[PZ_MODEL_MAX_SOURCES]);

G_END_DECLS
