/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recipe of a picture: JSON with everything needed to make it again.
 *
 *   schema 1: software, model, model_fingerprint, prompt, encoded_prompt (with what was appended), unread_tokens (at its end, where it is too long), negative_prompt, seed, steps, guidance, fidelity, words
 *   ("primary" or "all"), sampler, width, height, concepts (a list of {crop_sha256, mask_sha256}, or of {name, method, sha256} where it was loaded; with
 *   fidelity where each has its own), embeddings (a list of {name, file, sha256} of
 *   the learned words read in both prompts), loras (where used: a list of {name, file, sha256, weight, text_weight where it is another,
 *   in_prompt}), adapter and negative_encoding ({file, sha256}, where used), device, driver, precision
 *
 * Thread: any.
 */
#pragma once

#include "models/session.h"
#include "models/tasks/conditioning.h"

G_BEGIN_DECLS

typedef struct
{
  const PzGenerateParams *params; /* defaults filled in */
  const PzModelInfo *model;
  const char *fingerprint;
  const PzConditioning *conditioning;
  const char *device;
  const char *driver;
  gboolean f32, packs_weights;
} PzRecipe;

/* For the variant of that seed. (transfer full) */
char *pz_recipe_to_json (const PzRecipe *recipe, guint64 seed);

G_END_DECLS
