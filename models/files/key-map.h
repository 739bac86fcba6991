/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of weights in files that do not call them as the networks do: the single-file (LDM) layout,
 * OpenAI's, OpenCLIP's and DINO's towers, and what older diffusers wrote. Networks know one set of names, today's
 * diffusers and transformers; a map leads from those to what may stand in a file.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

typedef struct _PzKeyMap PzKeyMap;

/* A folder's own names, and the attention names of older VAEs. */
extern const PzKeyMap pz_key_map_folder;
/* Stable Diffusion in one file: "model.diffusion_model." ... */
extern const PzKeyMap pz_key_map_ldm_unet;
extern const PzKeyMap pz_key_map_ldm_vae;
/* A VAE alone: the same without "first_stage_model.". */
extern const PzKeyMap pz_key_map_vae_alone;
/* TAESD's decoder alone: taesd_decoder.pth. */
extern const PzKeyMap pz_key_map_tiny_decoder;
extern const PzKeyMap pz_key_map_ldm_clip;
extern const PzKeyMap pz_key_map_ldm_open_clip;
/* CLIP's two towers and their projections in Hugging Face's layout or OpenAI's. */
extern const PzKeyMap pz_key_map_clip;
/* A vision transformer in Hugging Face's layout or that of DINO's authors. */
extern const PzKeyMap pz_key_map_vit;

/* The tensor that a network knows as `name`; its own name becomes `name`, which must live on. Where a
 * file holds a matrix as a 1x1 convolution it is shown as a matrix, one that stands the other way round is
 * turned, and of fused projections there is the part asked for. FALSE: there is none. */
gboolean pz_key_map_find (const PzKeyMap *map,
                          const PzTensorFile *file,
                          const char *name,
                          PzFileTensor *tensor);

/* What such a file usually calls it; for messages. (transfer full) */
char *pz_key_map_name (const PzKeyMap *map, const char *name);

G_END_DECLS
