/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stable Diffusion 1.x and 2.x as one file in the LDM layout, in any container. There is no config.json: the networks'
 * structure is derived from the shapes of their tensors, and what shapes do not show (heads, activation, groups) from the model
 * family.
 *
 * The functions that return weights read one network each. They fail with BAD_FILE (unreadable, network missing or
 * inconsistent) or UNSUPPORTED_MODEL (see unsupported.h).
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"
#include "models/nets/autoencoder.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

/* The file is already open and shared by all of its networks. *weights: (transfer full). */
gboolean pz_single_file_text (PzTensorFile *file,
                              PzTextConfig *config,
                              PzWeights **weights,
                              GError **error);
gboolean pz_single_file_unet (PzTensorFile *file,
                              PzUnetConfig *config,
                              PzWeights **weights,
                              GError **error);
gboolean pz_single_file_vae (PzTensorFile *file,
                             PzAutoencoder *vae,
                             PzWeights **weights,
                             GError **error);

/* Measures a CLIP text tower from its tensors, by the names that networks request; missing sizes are 0. Heads are assumed to
 * have the width that all published towers have. */
void pz_text_tower_measure (PzWeights *weights, guint hidden_act, PzTextConfig *config);

/* The padding token that the tokenizer uses for this model's prompts. */
const char *pz_single_file_pad (const PzTextConfig *config);

/* The prediction type in the file's metadata, "epsilon" or "v_prediction"; NULL if there is none. Static. */
const char *pz_single_file_prediction (const PzWeights *unet);

/* SD-Turbo has the shapes of 2.x, and its file does not say how it was distilled. It is recognised by its name in the metadata
 * or by the file's name. */
gboolean pz_single_file_is_turbo (const PzWeights *unet, const PzUnetConfig *config);

G_END_DECLS
