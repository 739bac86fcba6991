/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What others have learned for a model and keep in a small file beside it:
 *
 *   words      new words for prompts: one or more vectors under a name (Textual Inversion, Cross
 *              Initialization, the word of Custom Diffusion, Celeb Basis)
 *   adapter    keys and values for the last layers of the text encoder, acting on every prompt
 *              (CatVersion)
 *   encoding   a prompt as the text encoder left it, to stand for the negative prompt
 *   LoRA       changes of the U-Net's and the text encoder's weights (Hu et al., 2021)
 *
 * A word is written in a prompt by its name, as a whole word, in upper or lower case; the
 * placeholder S of a concept goes before a word of that name. A LoRA is written <lora:NAME:WEIGHT>.
 *
 * Thread: any.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_LEARNED_WORDS,
  PZ_LEARNED_ADAPTER,
  PZ_LEARNED_ENCODING,
  PZ_LEARNED_LORA,
} PzLearnedKind;

typedef struct
{
  char *path;
  char *name; /* words: as it is written in a prompt; else what the file is called */
  PzLearnedKind kind;
  guint
    n_vectors; /* words: tokens of a prompt it takes; adapter: positions; encoding: tokens; LoRA: layers */
  guint
    width; /* for models whose text encoder has this, see PzModelInfo.text_width; 0 = not known */
  char *detail; /* of a LoRA: dialect, rank, networks; else NULL */
  char *key_words; /* that its maker says to use; NULL = none said */
  char *problem; /* NULL = usable; else one sentence naming what is wrong */
} PzLearnedInfo;

void pz_learned_info_free (PzLearnedInfo *info);

/* Folders searched, in order: "embeddings" in the model's folder or beside its file, or the one its
 * model.json names (model may be NULL), each entry of
 * $PERSONALIZE_EMBEDDING_PATH (as PATH), the user data folder's gimp-personalize/embeddings,
 * `beside`'s "embeddings" (may be NULL). (transfer full) */
GStrv pz_learned_search_path (const char *model, const char *beside);

/* The same of LoRA files: "loras", $PERSONALIZE_LORA_PATH. (transfer full) */
GStrv pz_lora_search_path (const char *model, const char *beside);

/* Everything found in both, usable or not, in order; a file with several words gives one entry each.
 * (transfer full) array of PzLearnedInfo, never NULL. */
GPtrArray *pz_learned_find (const char *model, const char *beside);

/* The same of one file or adapter's folder; a problem is said in the only entry's ->problem. */
GPtrArray *pz_learned_inspect (const char *path);

/* How much it is, for people: "2 vectors of width 768". (transfer full) */
char *pz_learned_info_measure (const PzLearnedInfo *info);

G_END_DECLS
