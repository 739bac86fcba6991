/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt-weights.h"

#include <string.h>

#define ROUND_FACTOR 1.1
#define SQUARE_FACTOR (1.0 / 1.1)

/* For each kind of bracket; bounds the work per piece. Deeper opening brackets are text. */
#define MAX_DEPTH 32

/* The unclosed brackets of one kind. */
typedef struct
{
  guint n;
  guint first_pieces[MAX_DEPTH];
} Open;

typedef struct
{
  GArray *pieces;
  GString *text; /* of the current piece */
  Open round, square;
} Reader;

static void
clear_piece (gpointer data)
{
  g_free (((PzPromptPiece *) data)->text);
}

static void
end_piece (Reader *reader)
{
  PzPromptPiece piece = { .weight = 1.0 };

  if (reader->text->len == 0)
    return;
  piece.text = g_strdup (reader->text->str);
  g_array_append_val (reader->pieces, piece);
  g_string_truncate (reader->text, 0);
}

static gboolean
open_bracket (Reader *reader, Open *open)
{
  if (open->n == MAX_DEPTH)
    return FALSE;
  end_piece (reader);
  open->first_pieces[open->n++] = reader->pieces->len;
  return TRUE;
}

/* Closes the innermost bracket of that kind. FALSE: none is open. */
static gboolean
close_bracket (Reader *reader, Open *open, double factor)
{
  if (open->n == 0)
    return FALSE;
  end_piece (reader);
  open->n--;
  for (guint i = open->first_pieces[open->n]; i < reader->pieces->len; i++)
    {
      PzPromptPiece *piece = &g_array_index (reader->pieces, PzPromptPiece, i);

      piece->weight = CLAMP (piece->weight * factor, 0.0, PZ_PROMPT_WEIGHT_MAX);
    }
  return TRUE;
}

static const char *
skip_blanks (const char *at)
{
  while (g_ascii_isspace (*at))
    at++;
  return at;
}

/* Reads ":1.3)", optionally with blanks around the number. Returns what follows it, or NULL if it is something else. */
static const char *
read_weight (const char *at, double *weight)
{
  const char *number = skip_blanks (at + 1);
  const char *digits = number + (*number == '+' || *number == '-');
  gsize n_digits = strspn (digits, "0123456789.");
  const char *end = skip_blanks (digits + n_digits);
  char *read_to;

  if (*at != ':' || n_digits == 0 || *end != ')')
    return NULL;
  *weight = CLAMP (g_ascii_strtod (number, &read_to), 0.0, PZ_PROMPT_WEIGHT_MAX);
  return read_to == digits + n_digits ? end + 1 : NULL;
}

/* Reads one bracket, weight or escape. Returns what follows it, or NULL if the character is text. */
static const char *
read_syntax (Reader *reader, const char *at)
{
  double weight;
  const char *after;

  switch (*at)
    {
    case '\\':
      if (at[1] != '\0' && strchr ("()[]\\", at[1]) != NULL)
        g_string_append_c (reader->text, *++at);
      return at + 1;
    case '(':
      return open_bracket (reader, &reader->round) ? at + 1 : NULL;
    case '[':
      return open_bracket (reader, &reader->square) ? at + 1 : NULL;
    case ')':
      return close_bracket (reader, &reader->round, ROUND_FACTOR) ? at + 1 : NULL;
    case ']':
      return close_bracket (reader, &reader->square, SQUARE_FACTOR) ? at + 1 : NULL;
    default:
      after = read_weight (at, &weight);
      return after != NULL && close_bracket (reader, &reader->round, weight) ? after : NULL;
    }
}

GArray *
pz_prompt_pieces (const char *text)
{
  Reader reader = {
    .pieces = g_array_new (FALSE, FALSE, sizeof (PzPromptPiece)),
    .text = g_string_new (NULL),
  };

  g_array_set_clear_func (reader.pieces, clear_piece);
  for (const char *at = text; *at != '\0';)
    {
      const char *after = read_syntax (&reader, at);

      if (after == NULL)
        {
          g_string_append_c (reader.text, *at);
          after = at + 1;
        }
      at = after;
    }
  end_piece (&reader);
  while (close_bracket (&reader, &reader.round, ROUND_FACTOR))
    ;
  while (close_bracket (&reader, &reader.square, SQUARE_FACTOR))
    ;
  g_string_free (reader.text, TRUE);
  return reader.pieces;
}
