/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stable Diffusion 1.x and 2.x as one file in the LDM layout, in whatever container. There is no
 * config.json: what the networks look like follows from the shapes of their tensors, and what
 * shapes do not say (heads, activation, groups) from the family.
 *
 * Each function reads one network. Fails with BAD_FILE (unreadable, the network missing or not
 * consistent) or UNSUPPORTED_MODEL (see unsupported.h).
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"
#include "models/nets/autoencoder.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

/* The file is open already and shared by all of its networks. *weights: (transfer full). */
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

/* A CLIP text tower as its tensors are, by the names that networks know them under; what is missing is 0. Heads have the width of
 * all published ones. */
void pz_text_tower_measure (PzWeights *weights, guint hidden_act, PzTextConfig *config);

/* The padding token of its prompts, as the tokenizer wants it. */
const char *pz_single_file_pad (const PzTextConfig *config);

/* What the file's metadata say about its prediction, "epsilon" or "v_prediction"; NULL = nothing.
 * Static. */
const char *pz_single_file_prediction (const PzWeights *unet);

/* SD-Turbo has the shapes of 2.x and no file that says how it was distilled: it is known by what the file's
 * metadata call it, else by the file's name. */
gboolean pz_single_file_is_turbo (const PzWeights *unet, const PzUnetConfig *config);

G_END_DECLS
