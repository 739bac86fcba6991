/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts a prompt with concepts and learned words to the text encoder's input.
 *
 * The placeholder is the whole upper-case word S (the first concept) or S1, S2, ..., matched before the text is lower-cased. A
 * number beyond the given concepts is ordinary text, and so are the S of "U.S." and "JONES'S".
 *
 * A placeholder is replaced by the primary embedding rows of its concept (ELITE's w_0, all words of other methods) or by all of
 * its rows; for a concept without words (a text encoder adapter), by its class word. The following tokens move right, and
 * padding is dropped at the end (methods: word injection).
 *
 * No concept is left out: if it has no placeholder, or none that fits completely, it is appended as another word, and the end
 * of the text is cut to make room.
 *
 * The name of a learned word, matched as in prompt-names.h, is replaced by its vectors. Emphasis is parsed as in
 * prompt-weights.h; all rows of a placeholder have the weight at its position.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/embedding-file.h"
#include "models/files/tokenizer.h"
#include "models/params.h"

G_BEGIN_DECLS

/* The column of a concept beyond n_concepts, or of one that does not fit into max_tokens at all. */
#define PZ_PROMPT_NO_COLUMN G_MAXUINT

typedef struct
{
  guint n_ids; /* always max_tokens */
  gint32 *ids; /* [n_ids]: begin, text, end, padding; vocab_size + j is row j of extra */
  float *weights; /* [n_ids]: per token; 1 for begin, end and padding */
  guint n_extra;
  guint width; /* D */
  /* [n_extra, D]: the rows of all given concepts, in order, then those of the learned words used in ids; or NULL. */
  float *extra;
  guint n_concepts;
  guint columns[PZ_MAX_CONCEPTS]; /* position of w_0, last occurrence, or NO_COLUMN */
  guint n_used; /* tokens of the text in ids, including begin and end */
  guint n_cut; /* tokens of the text that did not fit */
  char *text; /* encoded text, with appended placeholders; see n_cut for whether all fits */
  GPtrArray *learned; /* PzEmbedding: those with a row in ids, without duplicates */
  GPtrArray *cut; /* PzEmbedding: those with a row that did not fit, without duplicates */
} PzPrompt;

typedef struct
{
  const PzTokenizer *tokenizer;
  guint vocab_size; /* rows of the token embedding table */
  guint max_tokens; /* positions of the text encoder, at least 2 */
  PzConcept *const *concepts;
  guint n_concepts; /* at most PZ_MAX_CONCEPTS; 0: S is an ordinary letter */
  PzWords words;
  PzEmbedding *const *learned; /* words that the prompt can use, of any width */
  guint n_learned;
  guint width; /* D of the text encoder; required only with learned words */
} PzPromptParams;

/* Fails with BAD_INPUT: concepts of different widths, more than PZ_MAX_CONCEPTS, or a learned word in the text that has another
 * width than the text encoder. The text may be empty (the negative prompt). (transfer full) */
PzPrompt *pz_prompt_new (const char *text, const PzPromptParams *params, GError **error);
void pz_prompt_free (PzPrompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPrompt, pz_prompt_free)

/* One sentence about what did not fit, naming the words in `cut`; NULL = everything fits. (transfer full) */
char *pz_prompt_describe_cut (const PzPrompt *prompt);

/* The number of tokens that the text needs, including begin, end and appended placeholders, without a limit; for a token
 * counter. */
guint pz_prompt_count_tokens (const char *text, const PzPromptParams *params);

G_END_DECLS
