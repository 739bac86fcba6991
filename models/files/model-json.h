/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.json: optional information about a model beyond its weights.
 *
 *   name, licence                     shown to the user
 *   sampler, steps, guidance, fidelity, size
 *                                     defaults; size is [width, height]
 *   prediction_type                   "epsilon" or "v_prediction", if no scheduler/ gives it
 *   base                              a folder or file with the parts that are not found here
 *   tokenizer, text_encoder, image_encoder, unet, vae, scheduler, elite, subject_finder
 *                                     path of that part, if not the folder of its name
 *   ip_adapter                        folder with IP-Adapters, or one of their files, if not ip_adapter/
 *   embeddings, loras                 folders of learned words and adapters, and of LoRA files, if not those of these names
 *
 * Paths are relative to the folder of model.json. For a single file NAME.safetensors it is NAME.json in the same folder.
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
  guint steps; /* 0 = not given */
  double guidance; /* below 0 = not given */
  double fidelity; /* below 0 = not given */
  guint size[PZ_CONFIG_MAX_LIST]; /* 0 = not given */
  guint n_size; /* always 2 */
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

/* Reads the settings of a model, which is a folder or a file. *json must be zeroed. If there is no model.json, nothing is set.
 * Fails with BAD_FILE. Fields filled before a failure keep their values. */
gboolean pz_model_json_read (const char *model, PzModelJson *json, GError **error);
void pz_model_json_clear (PzModelJson *json);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzModelJson, pz_model_json_clear)

/* The path of the file, whether or not it exists. (transfer full) */
char *pz_model_json_path (const char *model);

G_END_DECLS
