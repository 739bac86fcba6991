/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Custom Diffusion (Kumari et al., 2023) as diffusers keeps it: a folder with
 *
 *   pytorch_custom_diffusion_weights.bin   (or .safetensors) PATH.attn2.processor.to_k_custom_diffusion.weight, to_v, and where they were
 *                                          trained to_q, to_out_custom_diffusion.0.weight and .bias: whole weights. The .bin has an empty
 *                                          dictionary for each attn1, too
 *   <new1>.bin, ...                        a word each: { "<new1>": [D] }
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

gboolean pz_custom_diffusion_is (const PzTensorFile *file);

/* The file with the weights: in a folder, or the path itself where it is such a file by its name. (transfer full), NULL = neither. */
char *pz_custom_diffusion_find_file (const char *path);
/* The files with the words beside it. (transfer full) of char * */
GPtrArray *pz_custom_diffusion_list_words (const char *weights_file);

/* The weights as a concept without words. Fails with BAD_FILE: unreadable, a tensor that is none of these, numbers that are not finite.
 * (transfer full) */
PzConcept *pz_custom_diffusion_load (const char *path, GError **error);

/* A concept with words, each under a name of its own, and whole weights of attentions. Fails with BAD_INPUT: another weight, a name that
 * is no file's; and as writing does. */
gboolean
pz_custom_diffusion_export (const PzConcept *concept, const char *path, GError **error);

G_END_DECLS
