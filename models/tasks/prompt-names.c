/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt-names.h"

#include <string.h>

/* A whole word; not the S of "JONES'S", "U.S." or "S.O.S". */
#define PLACEHOLDER \
  "(?<![\\p{L}\\p{N}_])(?<![\\p{L}\\p{N}_][.'\u2019])" \
  "S([1-9][0-9]?)?(?![\\p{L}\\p{N}_])(?!\\.\\p{Lu})"

/* ---- placeholders ---- */

/* The concept that a match stands for, from 0; "S" alone is the first. */
static guint
matched_concept (GMatchInfo *match)
{
  g_autofree char *number = g_match_info_fetch (match, 1);

  return number != NULL && number[0] != '\0' ? (guint) g_ascii_strtoull (number, NULL, 10) - 1
                                             : 0;
}

static GArray *
find_placeholders (const char *text, guint n_concepts)
{
  g_autoptr (GRegex) regex = g_regex_new (PLACEHOLDER, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GArray *found = g_array_new (FALSE, TRUE, sizeof (PzPromptName));

  g_assert (regex != NULL);
  if (n_concepts > 0)
    g_regex_match (regex, text, 0, &match);
  for (; match != NULL && g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      PzPromptName place = { .concept = matched_concept (match) };

      g_match_info_fetch_pos (match, 0, &place.first, &place.last);
      if (place.concept < n_concepts)
        g_array_append_val (found, place);
    }
  return found;
}

/* ---- names of words ---- */

/* Lower-case letters, converted one by one so that positions do not change. */
typedef struct
{
  gunichar *letters;
  glong n;
} Letters;

static Letters
lower_letters (const char *text)
{
  Letters lower = { 0 };

  lower.letters = g_utf8_to_ucs4_fast (text, -1, &lower.n);
  for (glong i = 0; i < lower.n; i++)
    lower.letters[i] = g_unichar_tolower (lower.letters[i]);
  return lower;
}

typedef struct
{
  Letters name;
  PzEmbedding *word;
  gboolean fits;
} Candidate;

static void
clear_candidate (gpointer data)
{
  g_free (((Candidate *) data)->name.letters);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *x = a, *y = b;

  if (x->name.n != y->name.n)
    return x->name.n > y->name.n ? -1 : 1;
  return y->fits - x->fits;
}

/* The words in order of preference. Equally preferred words keep the given order. */
static GArray *
list_candidates (const PzPromptNamesParams *params)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (all, clear_candidate);
  for (guint i = 0; i < params->n_words; i++)
    {
      Candidate candidate = {
        .name = lower_letters (params->words[i]->name),
        .word = params->words[i],
        .fits = params->words[i]->width == params->width,
      };
      g_array_append_val (all, candidate);
    }
  g_array_sort (all, compare_candidates);
  return all;
}

static gboolean
is_word_letter (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static gboolean
stands_at (const Letters *name, const Letters *text, glong at)
{
  glong end = at + name->n;

  if (name->n == 0 || end > text->n
      || memcmp (name->letters, text->letters + at, (gsize) name->n * sizeof (gunichar)) != 0)
    return FALSE;
  if (at > 0 && is_word_letter (name->letters[0]) && is_word_letter (text->letters[at - 1]))
    return FALSE;
  return end == text->n || !is_word_letter (name->letters[name->n - 1])
         || !is_word_letter (text->letters[end]);
}

/* The preferred candidate at a letter that does not extend beyond `stop`; NULL = none. */
static const Candidate *
find_candidate (GArray *candidates, const Letters *text, glong at, glong stop)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, i);

      if (at + candidate->name.n <= stop && stands_at (&candidate->name, text, at))
        return candidate;
    }
  return NULL;
}

/* ---- placeholders and names ---- */

typedef struct
{
  const char *text;
  Letters lower;
  GArray *placeholders, *candidates;
  guint next; /* index of the next placeholder */
  glong stop; /* its first letter; the end of the text if there is none */
} Search;

/* Finds the next placeholder at or after letter `at`, which begins at byte `offset`. */
static void
look_ahead (Search *search, glong at, gint offset)
{
  const GArray *places = search->placeholders;

  while (search->next < places->len
         && g_array_index (places, PzPromptName, search->next).first < offset)
    search->next++;
  if (search->next == places->len)
    search->stop = search->lower.n;
  else if (search->stop < at)
    search->stop =
      at
      + g_utf8_pointer_to_offset (search->text + offset,
                                  search->text
                                    + g_array_index (places, PzPromptName, search->next).first);
}

/* Finds the placeholder or name that begins at letter `at`, which begins at byte `offset`. FALSE = none. */
static gboolean
find_name (Search *search, glong at, gint offset, PzPromptName *name)
{
  const Candidate *candidate;

  look_ahead (search, at, offset);
  if (at == search->stop)
    {
      *name = g_array_index (search->placeholders, PzPromptName, search->next);
      return TRUE;
    }
  candidate = find_candidate (search->candidates, &search->lower, at, search->stop);
  if (candidate == NULL)
    return FALSE;
  *name = (PzPromptName) { .first = offset, .word = candidate->word };
  name->last =
    (gint) (g_utf8_offset_to_pointer (search->text + offset, candidate->name.n) - search->text);
  return TRUE;
}

GArray *
pz_prompt_names (const char *text, const PzPromptNamesParams *params)
{
  Search search = {
    .text = text,
    .lower = lower_letters (text),
    .placeholders = find_placeholders (text, params->n_concepts),
    .candidates = list_candidates (params),
    .stop = -1,
  };
  GArray *names = g_array_new (FALSE, FALSE, sizeof (PzPromptName));
  gint offset = 0;

  for (glong at = 0; at < search.lower.n;)
    {
      PzPromptName name;
      gint end = (gint) (g_utf8_next_char (text + offset) - text);

      if (find_name (&search, at, offset, &name))
        {
          end = name.last;
          g_array_append_val (names, name);
        }
      at += g_utf8_pointer_to_offset (text + offset, text + end);
      offset = end;
    }
  g_free (search.lower.letters);
  g_array_unref (search.placeholders);
  g_array_unref (search.candidates);
  return names;
}
