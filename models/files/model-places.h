/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the parts of a model lie: where model.json says, in the model's own folder, in its base, or
 * all in one file.
 * Thread: any.
 */
#pragma once

#include "models/files/model-json.h"

G_BEGIN_DECLS

/* Path of a part ("unet", "elite", ...): a folder, or a file that holds it among others; an
 * image_encoder/ in ELITE's folder goes before the model's. NULL where there is none. (transfer full) */
char *pz_model_place (const char *model, const PzModelJson *json, const char *part);

/* The first of the names, NULL at the end, that is in the folder, as a path. NULL = none.
 * (transfer full) */
char *pz_model_place_file (const char *folder, const char *const names[]);

/* Names of weights in the order they are looked for: whole files before shards, safetensors before
 * pickles. NULL at the end. */
extern const char *const pz_weight_names[];
extern const char *const pz_global_mapper_names[];
extern const char *const pz_local_mapper_names[];

G_END_DECLS
