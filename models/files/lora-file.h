/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A LoRA file: changes of weights as products of two narrow matrices, in every dialect of lora-keys.h, linear layers and
 * convolutions (LoCon):
 *
 *   W + s alpha / rank  up [O, rank] down [rank, I kh kw]        alpha = rank where the file does not say
 *   with .lora_mid      up [O, rank] mid [rank, rank, kh, kw] down [rank, I]
 *
 * and the words that cloneofsimo's files bring along.
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
  char *key; /* what its names in the file have in common: for messages */
  char *path;
  PzLoraNetwork network;
  gboolean is_numbered; /* path is a number, see lora-keys.h */
  guint rank;
  double scale; /* alpha / rank */
  const PzFileTensor *down, *up, *mid; /* mid: NULL where there is none */
} PzLoraPart;

/* Reference-counted. */
typedef struct _PzLora PzLora;

/* A file, or a folder as PEFT and diffusers write them. Reads names, shapes and metadata, no matrices; hashed: all of it once, for
 * the hash. Every tensor is a part's or a
 * word, else the file is refused. Fails with BAD_FILE (file and key named) or UNSUPPORTED_MODEL (LoHa, LoKr, DoRA,
 * Stable Diffusion XL, ...: by name). (transfer full) */
PzLora *pz_lora_open (const char *path, gboolean hashed, GError **error);
PzLora *pz_lora_ref (PzLora *lora);
void pz_lora_unref (PzLora *lora);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLora, pz_lora_unref)

/* Whether a file is one, of whatever kind; without its being read. */
gboolean pz_lora_is (const PzTensorFile *file);
/* The file of a path: itself, or the one in a folder. (transfer full), NULL = a folder without. */
char *pz_lora_find_file (const char *path);
/* As prompts write it: the file's name without its ending; of a file in such a folder the folder's name. (transfer full) */
char *pz_lora_name_of (const char *file);

const char *pz_lora_get_path (const PzLora *lora);
const char *pz_lora_get_name (const PzLora *lora);
const char *pz_lora_get_sha256 (const PzLora *lora); /* NULL unless opened so */
const char *pz_lora_get_dialect (const PzLora *lora);
guint pz_lora_get_n_parts (const PzLora *lora);
const PzLoraPart *pz_lora_get_part (const PzLora *lora, guint index);
GPtrArray *pz_lora_get_words (const PzLora *lora); /* of PzEmbedding, (transfer none) */
/* LCM-LoRA (Luo et al., 2023), by the file's name or what it says: a few steps of the LCM sampler are enough. */
gboolean pz_lora_is_lcm (const PzLora *lora);
/* Of the text that the U-Net reads; 0 = it changes nothing that would show it. */
guint pz_lora_get_text_width (const PzLora *lora);
/* Words that its maker says or that its training captions had most; NULL = none. (transfer full) */
char *pz_lora_list_key_words (const PzLora *lora);
/* "kohya-ss, rank 4, 32 layers of the text encoder, 128 of the U-Net". (transfer full) */
char *pz_lora_describe (const PzLora *lora);

/* The layer's weight, or NULL: the model has no such layer. Fails with BAD_INPUT: it has another shape there. */
gboolean pz_lora_find_weight (const PzLora *lora,
                              const PzLoraPart *part,
                              const PzWeightNames *names,
                              const PzNamedWeight **weight,
                              GError **error);

/* up [O, rank], times alpha / rank, and down [K, rank] with K in the order of the weight's tensor: I, or kh, kw, I. Fails
 * with BAD_FILE: unreadable, or numbers that are not finite. */
gboolean pz_lora_read (const PzLora *lora,
                       const PzLoraPart *part,
                       const PzNamedWeight *weight,
                       float *up,
                       float *down,
                       GError **error);

G_END_DECLS
