/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A prompt with concepts and learned words in it, as the text encoder takes it.
 *
 * The placeholder is the whole upper-case word S (the first concept) or S1, S2, ... found in
 * the text before it is lower-cased; a number beyond the concepts given is text like any other,
 * and so are the S of "U.S." and "JONES'S". A placeholder becomes its concept's primary embedding rows (ELITE's w_0, all
 * that others learned) or all of them; of a concept without words (a text encoder adapter), its class word; what follows moves right, and padding drops off the end (methods:
 * word injection). No concept is left out: one without a placeholder, or with none that finds room whole, is appended as another word, and what
 * is appended takes its room from the end of the text. A learned word's name, as prompt-names.h finds it, becomes its vectors. Brackets and numbers that weigh words are read as prompt-weights.h says; a
 * placeholder's rows all have the weight of the place where it stands.
 * Thread: any.
 */
#pragma once

#include "models/files/embedding-file.h"
#include "models/files/tokenizer.h"
#include "models/params.h"

G_BEGIN_DECLS

/* Column of a concept beyond n_concepts, or of one for which max_tokens leaves no room at all. */
#define PZ_PROMPT_NO_COLUMN G_MAXUINT

typedef struct
{
  guint n_ids; /* always max_tokens */
  gint32 *ids; /* [n_ids]: begin, text, end, padding; vocab_size + j is row j of extra */
  float *weights; /* [n_ids]: of each; 1 for begin, end and padding */
  guint n_extra;
  guint width; /* D */
  /* [n_extra, D]: the rows of all concepts given, in order, then those of learned words that ids
   * has; or NULL */
  float *extra;
  guint n_concepts;
  guint columns[PZ_MAX_CONCEPTS]; /* where w_0 of each stands (the last time), or NO_COLUMN */
  guint n_used; /* tokens of the text that are in ids, begin and end included */
  guint n_cut; /* tokens of the text that found no room */
  char *
    text; /* what was encoded: with " S" behind it where there was no placeholder; n_cut says whether all of it found room */
  GPtrArray *learned; /* of PzEmbedding: those with a row in ids, each once */
  GPtrArray *cut; /* of PzEmbedding: those named with a row that found no room, each once */
} PzPrompt;

typedef struct
{
  const PzTokenizer *tokenizer;
  guint vocab_size; /* rows of the text encoder's table */
  guint max_tokens; /* positions of the text encoder, at least 2 */
  PzConcept *const *concepts;
  guint n_concepts; /* at most PZ_MAX_CONCEPTS; 0: S is a letter */
  PzWords words;
  PzEmbedding *const *learned; /* may be named; of any width */
  guint n_learned;
  guint width; /* D of the text encoder; only asked for with learned words */
} PzPromptParams;

/* Fails with BAD_INPUT: concepts of different widths, more than PZ_MAX_CONCEPTS, or a learned word
 * named that is for a text encoder of another width. An empty text is fine (the negative prompt). (transfer full) */
PzPrompt *pz_prompt_new (const char *text, const PzPromptParams *params, GError **error);
void pz_prompt_free (PzPrompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPrompt, pz_prompt_free)

/* One sentence about what found no room, the words in `cut` by name; NULL = everything found some. (transfer full) */
char *pz_prompt_describe_cut (const PzPrompt *prompt);

/* Tokens the text needs, begin and end and appended placeholders included, without a limit: for a counter beside an
 * entry. */
guint pz_prompt_count_tokens (const char *text, const PzPromptParams *params);

G_END_DECLS
