/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.json: what people may say about a model beside its weights. Everything is optional.
 *
 *   name, licence                     for people
 *   sampler, steps, guidance, fidelity, size
 *                                     defaults; size is [width, height]
 *   prediction_type                   "epsilon" or "v_prediction", where no scheduler/ says it
 *   base                              a folder or a file that holds the parts not found here
 *   tokenizer, text_encoder, image_encoder, unet, vae, scheduler, elite, subject_finder
 *                                     where that part lies, if not in the folder of its name
 *   ip_adapter                        folder with IP-Adapters, or one of their files, if not in ip_adapter/
 *   embeddings, loras                 folders of learned words and adapters, and of LoRA files, if not those of these names
 *
 * Paths count from the folder that model.json is in. Of a single file NAME.safetensors it is
 * NAME.json beside it.
 * Thread: any.
 */
#pragma once

#include "models/files/config-json.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *licence;
  char *sampler;
  guint steps; /* 0 = not said */
  double guidance; /* below 0 = not said */
  double fidelity; /* below 0 = not said */
  guint size[PZ_CONFIG_MAX_LIST]; /* 0 = not said */
  guint n_size; /* 2 */
  char *prediction_type;
  char *base;
  char *tokenizer;
  char *text_encoder;
  char *image_encoder;
  char *unet;
  char *vae;
  char *scheduler;
  char *elite;
  char *ip_adapter;
  char *subject_finder;
  char *embeddings;
  char *loras;
} PzModelJson;

/* Of a model that is a folder or a file; *json must be zeroed. Nothing is said where there is none.
 * Fails with BAD_FILE. What was filled before a failure stays. */
gboolean pz_model_json_read (const char *model, PzModelJson *json, GError **error);
void pz_model_json_clear (PzModelJson *json);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzModelJson, pz_model_json_clear)

/* Where it is or would be. (transfer full) */
char *pz_model_json_path (const char *model);

G_END_DECLS
