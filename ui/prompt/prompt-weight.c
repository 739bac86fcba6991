/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt/prompt-weight.h"

#include <math.h>
#include <string.h>

#define WEIGHT_MIN 0.1
#define WEIGHT_MAX 2.0

/* Words in brackets with a weight: "(words:1.2)". Byte offsets. */
typedef struct
{
  gsize first, last; /* of the whole group, with brackets; `last` is exclusive */
  gsize words_end; /* position of the colon */
  double weight;
} Group;

static gboolean
is_word_char (gunichar c)
{
  return c == '_' || c == '-' || c == '\'' || g_unichar_isalnum (c);
}

/* If nothing is selected: extends to the word around the cursor. */
static void
widen_to_word (const char *text, gsize *start, gsize *end)
{
  const char *first = text + *start, *last = text + *end;

  while (first > text && is_word_char (g_utf8_get_char (g_utf8_prev_char (first))))
    first = g_utf8_prev_char (first);
  while (*last && is_word_char (g_utf8_get_char (last)))
    last = g_utf8_next_char (last);
  *start = (gsize) (first - text);
  *end = (gsize) (last - text);
}

static void
trim (const char *text, gsize *start, gsize *end)
{
  while (*start < *end && g_ascii_isspace (text[*start]))
    ++*start;
  while (*end > *start && g_ascii_isspace (text[*end - 1]))
    --*end;
}

/* The innermost group that contains start..end. Only groups without nested brackets, which is what this file writes. */
static gboolean
find_group (const char *text, gsize start, gsize end, Group *group)
{
  const char *close = strchr (text + end, ')'), *colon;
  gsize open = start;
  char *number_end;

  while (open > 0 && text[open - 1] != '(' && text[open - 1] != ')')
    open--;
  if (open == 0 || text[open - 1] != '(' || !close)
    return FALSE;
  colon = memchr (text + open, ':', (gsize) (close - text) - open);
  if (!colon || (gsize) (colon - text) < end
      || memchr (text + open, '(', (gsize) (close - text) - open))
    return FALSE;
  group->first = open - 1;
  group->last = (gsize) (close - text) + 1;
  group->words_end = (gsize) (colon - text);
  group->weight = g_ascii_strtod (colon + 1, &number_end);
  return number_end == close;
}

char *
pz_prompt_weigh (const char *text, gsize *start, gsize *end, gint steps)
{
  Group group = { .weight = 1 };
  GString *result;
  gboolean found;
  double weight;

  if (*start == *end)
    widen_to_word (text, start, end);
  trim (text, start, end);
  if (*start == *end)
    return NULL;
  found = find_group (text, *start, *end, &group);
  if (!found)
    group = (Group) { *start, *end, *end, 1 };
  /* Rounded to tenths, so that raising and lowering the weight returns to exactly 1. */
  weight = round (group.weight / PZ_WEIGHT_STEP + steps) * PZ_WEIGHT_STEP;
  if (weight < WEIGHT_MIN - PZ_WEIGHT_STEP / 2 || weight > WEIGHT_MAX + PZ_WEIGHT_STEP / 2)
    return NULL;
  if (found)
    {
      *start = group.first + 1;
      *end = group.words_end;
    }

  result = g_string_new_len (text, (gssize) group.first);
  if (fabs (weight - 1) < PZ_WEIGHT_STEP / 2)
    g_string_append_len (result, text + *start, (gssize) (*end - *start));
  else
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (number, sizeof number, "%.1f", weight);
      g_string_append_printf (result, "(%.*s:%s)", (int) (*end - *start), text + *start,
                              number);
    }
  *end -= *start - group.first;
  *start = group.first;
  if (result->str[group.first] == '(' && fabs (weight - 1) >= PZ_WEIGHT_STEP / 2)
    {
      ++*start;
      ++*end;
    }
  g_string_append (result, text + group.last);
  return g_string_free (result, FALSE);
}
