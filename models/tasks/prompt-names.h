/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The places of a text that stand for rows of their own: placeholders of concepts, and names of
 * learned words.
 *
 * A name counts as a whole word: where it begins or ends with a letter, digit or underscore,
 * none of these may come before or after. Case is ignored. A placeholder is always taken: a name that would cover one
 * does not stand there. Of names what begins first is taken; of what begins at the same place, the longest name, then one whose width fits.
 * Thread: any.
 */
#pragma once

#include "models/files/embedding-file.h"

G_BEGIN_DECLS

typedef struct
{
  gint first, last; /* bytes of the text; last is one past */
  guint concept; /* from 0, where word is NULL */
  PzEmbedding *word; /* (transfer none) */
} PzPromptName;

typedef struct
{
  guint n_concepts;
  PzEmbedding *const *words;
  guint n_words;
  guint width; /* of the text encoder */
} PzPromptNamesParams;

/* Of a valid UTF-8 text, in order, none in another. (transfer full) array of PzPromptName */
GArray *pz_prompt_names (const char *text, const PzPromptNamesParams *params);

G_END_DECLS
