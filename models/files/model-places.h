/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the parts of a model: at the path in model.json, in the model's own folder, in its base, or all in one file.
 * Thread: any.
 */
#pragma once

#include "models/files/model-json.h"

G_BEGIN_DECLS

/* The path of a part ("unet", "elite", ...): a folder, or a file that contains it among others. An image_encoder/ in ELITE's
 * folder takes precedence over the model's. NULL if there is none. (transfer full) */
char *pz_model_place (const char *model, const PzModelJson *json, const char *part);

/* The path of the first of the names that exists in the folder; names ends with NULL. NULL if none exists. (transfer full) */
char *pz_model_place_file (const char *folder, const char *const names[]);

/* Names of weight files, in search order: whole files before shards, safetensors before pickles. NULL at the end. */
extern const char *const pz_weight_names[];
extern const char *const pz_global_mapper_names[];
extern const char *const pz_local_mapper_names[];

G_END_DECLS
