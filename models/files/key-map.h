/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Maps the weight names that networks request to the names in a file: those of the single-file (LDM) layout, of OpenAI's,
 * OpenCLIP's and DINO's towers, and of older diffusers versions. Networks use only one set of names, that of current diffusers
 * and transformers.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

typedef struct _PzKeyMap PzKeyMap;

/* The names of a model folder, including the attention names of older VAEs. */
extern const PzKeyMap pz_key_map_folder;
/* Stable Diffusion in one file: "model.diffusion_model." ... */
extern const PzKeyMap pz_key_map_ldm_unet;
extern const PzKeyMap pz_key_map_ldm_vae;
/* A separate VAE file: the same without "first_stage_model.". */
extern const PzKeyMap pz_key_map_vae_alone;
/* A separate decoder of TAESD: taesd_decoder.pth. */
extern const PzKeyMap pz_key_map_tiny_decoder;
extern const PzKeyMap pz_key_map_ldm_clip;
extern const PzKeyMap pz_key_map_ldm_open_clip;
/* CLIP's two towers and their projections, in Hugging Face's layout or OpenAI's. */
extern const PzKeyMap pz_key_map_clip;
/* A vision transformer, in Hugging Face's layout or that of DINO's authors. */
extern const PzKeyMap pz_key_map_vit;

/* Finds the tensor that a network requests as `name`. The result's own name is `name`, which must outlive it. A matrix stored
 * as a 1x1 convolution is presented as a matrix, a transposed matrix is transposed back, and of fused projections only the
 * requested part is returned. FALSE if there is no such tensor. */
gboolean pz_key_map_find (const PzKeyMap *map,
                          const PzTensorFile *file,
                          const char *name,
                          PzFileTensor *tensor);

/* The name that such a file usually uses, for messages. (transfer full) */
char *pz_key_map_name (const PzKeyMap *map, const char *name);

G_END_DECLS
