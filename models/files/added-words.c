/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/added-words.h"

#include <string.h>

typedef struct
{
  char *text;
  gsize length;
  guint id;
} Word;

struct _PzAddedWords
{
  GArray *by_first[256]; /* Word, by its first byte; NULL = none */
};

PzAddedWords *
pz_added_words_new (void)
{
  return g_new0 (PzAddedWords, 1);
}

static void
clear_word (gpointer word)
{
  g_free (((Word *) word)->text);
}

void
pz_added_words_free (PzAddedWords *words)
{
  if (words == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (words->by_first); i++)
    g_clear_pointer (&words->by_first[i], g_array_unref);
  g_free (words);
}

void
pz_added_words_add (PzAddedWords *words, const char *text, guint id)
{
  GArray **list = &words->by_first[(guint8) text[0]];
  const Word word = { g_strdup (text), strlen (text), id };

  if (*list == NULL)
    {
      *list = g_array_new (FALSE, FALSE, sizeof (Word));
      g_array_set_clear_func (*list, clear_word);
    }
  g_array_append_val (*list, word);
}

/* The longest word at the start of `text`, or NULL. */
static const Word *
find_here (const PzAddedWords *words, const char *text)
{
  const GArray *list = words->by_first[(guint8) text[0]];
  const Word *best = NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const Word *word = &g_array_index (list, Word, i);

      if (strncmp (text, word->text, word->length) == 0
          && (best == NULL || word->length > best->length))
        best = word;
    }
  return best;
}

const char *
pz_added_words_find (const PzAddedWords *words, const char *text, gsize *length, guint *id)
{
  for (; *text != '\0'; text++)
    {
      const Word *word = find_here (words, text);

      if (word == NULL)
        continue;
      *length = word->length;
      *id = word->id;
      return text;
    }
  return NULL;
}
