/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recipe of a picture: JSON with everything needed to make it again.
 *
 * Schema 1:
 *
 *   software, model, model_fingerprint, prompt, negative_prompt, seed, steps, guidance, fidelity, sampler, width, height
 *   encoded_prompt         the prompt with appended placeholders
 *   unread_tokens          if the prompt is too long: how many tokens at its end are not read
 *   variation_of, variation   if used
 *   words                  "primary" or "all"
 *   start, strength        if a picture is painted over; start: {picture_sha256, mask_sha256 if there is a mask}
 *   concepts               list of {crop_sha256, mask_sha256}, with method for image tokens, or for other concepts
 *                          {name, method, sha256}; with fidelity if each concept has its own
 *   embeddings             list of {name, file, sha256}: the learned words used in the two prompts
 *   loras                  if used: list of {name, file, sha256, weight, text_weight if different, in_prompt}
 *   adapter, negative_encoding   if used: {file, sha256}
 *   device, driver, precision
 *   weights                8 if weights are stored in 8 bits
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

/* The recipe of the variant with this seed. (transfer full) */
char *pz_recipe_to_json (const PzRecipe *recipe, guint64 seed);

G_END_DECLS
