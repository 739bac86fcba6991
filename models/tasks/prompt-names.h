/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the parts of a text that stand for embedding rows: placeholders of concepts, and names of learned words.
 *
 * A name must be a whole word: if it begins or ends with a letter, digit or underscore, none of these may precede or follow it.
 * Case is ignored. Placeholders take precedence: a name that would overlap one is not matched. Among names, the one that begins
 * first is matched; of those that begin at the same position, the longest; of equally long ones, one with a matching width.
 * Thread: any.
 */
#pragma once

#include "models/files/embedding-file.h"

G_BEGIN_DECLS

typedef struct
{
  gint first, last; /* byte positions; last is exclusive */
  guint concept; /* from 0; valid if word is NULL */
  PzEmbedding *word; /* (transfer none) */
} PzPromptName;

typedef struct
{
  guint n_concepts;
  PzEmbedding *const *words;
  guint n_words;
  guint width; /* of the text encoder */
} PzPromptNamesParams;

/* Matches in a valid UTF-8 text, in order, without overlap. (transfer full) array of PzPromptName */
GArray *pz_prompt_names (const char *text, const PzPromptNamesParams *params);

G_END_DECLS
