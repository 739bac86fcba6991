/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learned additions to a model that are stored in small files of their own:
 *
 *   words      new words for prompts: one or more vectors with a name (Textual Inversion, Cross
 *              Initialization, the word of Custom Diffusion, Celeb Basis)
 *   adapter    keys and values for the last layers of the text encoder, applied to every prompt
 *              (CatVersion)
 *   encoding   the text encoder's output for a prompt, used instead of the negative prompt
 *   LoRA       changes to the weights of the U-Net and the text encoder (Hu et al., 2021)
 *
 * A prompt uses a word by its name, as a whole word, in upper or lower case. A concept's placeholder S takes precedence over a
 * word with that name. A prompt uses a LoRA as <lora:NAME:WEIGHT>.
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
  char *name; /* words: as in a prompt; otherwise from the file name */
  PzLearnedKind kind;
  guint n_vectors; /* words, encoding: tokens; adapter: positions; LoRA: layers */
  guint width; /* required PzModelInfo.text_width; 0 = not known */
  char *detail; /* LoRA: dialect, rank, networks; otherwise NULL */
  char *key_words; /* trigger words from the file; NULL = none */
  char *problem; /* NULL = usable; otherwise one sentence that says what is wrong */
} PzLearnedInfo;

void pz_learned_info_free (PzLearnedInfo *info);

/* The folders that are searched, in this order: "embeddings" in the model's folder or beside its file, or the folder that its
 * model.json names (model may be NULL); each entry of $PERSONALIZE_EMBEDDING_PATH (separated as in PATH);
 * gimp-personalize/embeddings in the user's data folder; "embeddings" in `beside` (may be NULL). (transfer full) */
GStrv pz_learned_search_path (const char *model, const char *beside);

/* The same for LoRA files, with "loras" and $PERSONALIZE_LORA_PATH. (transfer full) */
GStrv pz_lora_search_path (const char *model, const char *beside);

/* Everything found in the folders of both search paths, in that order, usable or not. A file with several words gives one entry
 * for each. (transfer full) array of PzLearnedInfo, never NULL. */
GPtrArray *pz_learned_find (const char *model, const char *beside);

/* The same for a single file or an adapter's folder. If it cannot be used, the only entry has a ->problem. */
GPtrArray *pz_learned_inspect (const char *path);

/* A description of the size for users, such as "2 vectors of width 768"; for a LoRA its detail. (transfer full) */
char *pz_learned_info_measure (const PzLearnedInfo *info);

G_END_DECLS
