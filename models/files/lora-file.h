/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A LoRA file: weight changes as products of two narrow matrices, for linear layers and convolutions (LoCon), in every dialect
 * of lora-keys.h:
 *
 *   W + s alpha / rank  up [O, rank] down [rank, I kh kw]        alpha = rank if the file does not give it
 *   with .lora_mid      up [O, rank] mid [rank, rank, kh, kw] down [rank, I]
 *
 * and the words that cloneofsimo's files also contain.
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/files/embedding-file.h"
#include "models/files/lora-keys.h"
#include "models/files/weight-names.h"

G_BEGIN_DECLS

/* The change of one layer. */
typedef struct
{
  char *key; /* name of the layer's first tensor in the file, for messages */
  char *path;
  PzLoraNetwork network;
  gboolean is_numbered; /* path is a number, see lora-keys.h */
  guint rank;
  double scale; /* alpha / rank; PEFT's rsLoRA: alpha / sqrt (rank) */
  const PzFileTensor *down, *up, *mid; /* mid: NULL if there is none */
} PzLoraPart;

/* Reference-counted. */
typedef struct _PzLora PzLora;

/* path: a file, or a folder as PEFT and diffusers write it. Reads names, shapes and metadata, but no matrices; if `hashed`,
 * also reads the whole file once to hash it. A file with any tensor that is neither part of a layer nor a word is refused.
 * Fails with BAD_FILE (the message names file and key) or UNSUPPORTED_MODEL (names the kind: LoHa, LoKr, DoRA, Stable Diffusion
 * XL, ...). (transfer full) */
PzLora *pz_lora_open (const char *path, gboolean hashed, GError **error);
PzLora *pz_lora_ref (PzLora *lora);
void pz_lora_unref (PzLora *lora);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLora, pz_lora_unref)

/* Whether the file is a LoRA of any kind, supported or not. Decided by tensor names alone. */
gboolean pz_lora_is (const PzTensorFile *file);
/* The file for a path: the path itself, or the LoRA file in that folder. (transfer full), or NULL if the folder has none. */
char *pz_lora_find_file (const char *path);
/* The name used in prompts: the file's name without its extension, or for a file in a PEFT or diffusers folder the folder's
 * name. (transfer full) */
char *pz_lora_name_of (const char *file);

const char *pz_lora_get_path (const PzLora *lora);
const char *pz_lora_get_name (const PzLora *lora);
const char *pz_lora_get_sha256 (const PzLora *lora); /* NULL unless opened with `hashed` */
const char *pz_lora_get_dialect (const PzLora *lora);
guint pz_lora_get_n_parts (const PzLora *lora);
const PzLoraPart *pz_lora_get_part (const PzLora *lora, guint index);
GPtrArray *pz_lora_get_words (const PzLora *lora); /* of PzEmbedding, (transfer none) */
/* Whether it is an LCM-LoRA (Luo et al., 2023), by the file's name or metadata: a few steps of the LCM sampler are then
 * enough. */
gboolean pz_lora_is_lcm (const PzLora *lora);
/* Width of the text encoder's output that it was trained for; 0 = none of its layers depends on it. */
guint pz_lora_get_text_width (const PzLora *lora);
/* Trigger words: those named in the metadata, else the names of its words, else the most frequent tags of its training
 * captions; NULL if there are none. (transfer full) */
char *pz_lora_list_key_words (const PzLora *lora);
/* "kohya-ss, rank 4, layers: 128 of the U-Net, 32 of the text encoder". (transfer full) */
char *pz_lora_describe (const PzLora *lora);

/* Sets *weight to the layer's weight, or to NULL if the model has no such layer. Fails with BAD_INPUT if the shapes differ. */
gboolean pz_lora_find_weight (const PzLora *lora,
                              const PzLoraPart *part,
                              const PzWeightNames *names,
                              const PzNamedWeight **weight,
                              GError **error);

/* Reads up [O, rank], multiplied by the part's scale, and down [K, rank] with K in the order of the weight's tensor: I, or kh,
 * kw, I. Fails with BAD_FILE: unreadable, or values that are not finite. */
gboolean pz_lora_read (const PzLora *lora,
                       const PzLoraPart *part,
                       const PzNamedWeight *weight,
                       float *up,
                       float *down,
                       GError **error);

G_END_DECLS
