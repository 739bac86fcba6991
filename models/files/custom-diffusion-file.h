/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Custom Diffusion (Kumari et al., 2023) as diffusers saves it, a folder with
 *
 *   pytorch_custom_diffusion_weights.bin   (or .safetensors) complete weights, not differences:
 *                                          PATH.attn2.processor.to_k_custom_diffusion.weight, to_v, and if they were trained
 *                                          to_q, to_out_custom_diffusion.0.weight and .bias. The .bin also has an empty
 *                                          dictionary for each attn1
 *   <new1>.bin, ...                        one word each: { "<new1>": [D] }
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

gboolean pz_custom_diffusion_is (const PzTensorFile *file);

/* The file with the weights: the one in the folder `path`, or `path` itself if it has such a file's name. (transfer full), or
 * NULL if neither. */
char *pz_custom_diffusion_find_file (const char *path);
/* The files with words in the folder of the weights file. (transfer full) of char * */
GPtrArray *pz_custom_diffusion_list_words (const char *weights_file);

/* Loads the weights as a concept without words. Fails with BAD_FILE: unreadable, any other tensor, values that are not finite.
 * (transfer full) */
PzConcept *pz_custom_diffusion_load (const char *path, GError **error);

/* Writes a concept that has words, each with its own name, and complete weights of cross attentions. Fails with BAD_INPUT (any
 * other weight, a name that cannot be a file name) and on write errors. */
gboolean
pz_custom_diffusion_export (const PzConcept *concept, const char *path, GError **error);

G_END_DECLS
