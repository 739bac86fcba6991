/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt.h"

#include <string.h>

/* A whole word; not the S of "JONES'S", "U.S." or "S.O.S". */
#define PLACEHOLDER \
  "(?<![\\p{L}\\p{N}_])(?<![\\p{L}\\p{N}_][.'\u2019])" \
  "S([1-9][0-9]?)?(?![\\p{L}\\p{N}_])(?!\\.\\p{Lu})"

typedef struct
{
  const PzPromptParams *params;
  GArray *ids; /* guint: tokens and extra rows, without begin and end */
  GArray *columns; /* Column: where w_0 of a concept stands in ids */
  guint first_rows[PZ_MAX_CONCEPTS]; /* of each concept in extra */
} Builder;

typedef struct
{
  guint concept;
  guint at;
} Column;

static void
clear_builder (Builder *builder)
{
  g_clear_pointer (&builder->ids, g_array_unref);
  g_clear_pointer (&builder->columns, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, clear_builder)

static void
start (Builder *builder, const PzPromptParams *params)
{
  guint row = 0;

  builder->params = params;
  builder->ids = g_array_new (FALSE, FALSE, sizeof (guint));
  builder->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  for (guint i = 0; i < params->n_concepts; i++)
    {
      builder->first_rows[i] = row;
      row += pz_concept_get_n_words (params->concepts[i]);
    }
}

static void
add_concept (Builder *builder, guint concept)
{
  const PzPromptParams *params = builder->params;
  guint n_words = pz_concept_get_n_words (params->concepts[concept]);
  Column column = { .concept = concept, .at = builder->ids->len };

  g_array_append_val (builder->columns, column);
  if (params->words == PZ_WORDS_PRIMARY)
    n_words = 1;
  for (guint i = 0; i < n_words; i++)
    {
      guint id = params->vocab_size + builder->first_rows[concept] + i;

      g_array_append_val (builder->ids, id);
    }
}

/* The concept that a match stands for, from 0; "S" alone is the first. */
static guint
matched_concept (GMatchInfo *match)
{
  g_autofree char *number = g_match_info_fetch (match, 1);

  return number != NULL && number[0] != '\0' ? (guint) g_ascii_strtoull (number, NULL, 10) - 1
                                             : 0;
}

/* Text between placeholders is tokenized piece by piece: a placeholder begins and ends where
 * the tokenizer would cut too. */
static void
add_text (Builder *builder, const char *text)
{
  const PzPromptParams *params = builder->params;
  g_autoptr (GRegex) regex = g_regex_new (PLACEHOLDER, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  gint done = 0;

  g_assert (regex != NULL);
  if (params->n_concepts > 0)
    g_regex_match (regex, text, 0, &match);
  for (; match != NULL && g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      guint concept = matched_concept (match);
      gint first, last;

      if (concept >= params->n_concepts)
        continue;
      g_match_info_fetch_pos (match, 0, &first, &last);
      pz_tokenizer_encode (params->tokenizer, text + done, first - done, builder->ids);
      add_concept (builder, concept);
      done = last;
    }
  pz_tokenizer_encode (params->tokenizer, text + done, -1, builder->ids);
}

/* " S", or " S1 S2 ..." for several. (transfer full) */
static char *
append_placeholders (const char *text, guint n_concepts)
{
  GString *longer = g_string_new (text);

  g_strchomp (longer->str);
  g_string_truncate (longer, strlen (longer->str));
  for (guint i = 0; i < n_concepts; i++)
    {
      if (longer->len > 0)
        g_string_append_c (longer, ' ');
      g_string_append_c (longer, 'S');
      if (n_concepts > 1)
        g_string_append_printf (longer, "%u", i + 1);
    }
  return g_string_free_and_steal (longer);
}

/* Everything the text asks for. Returns how many entries at the end of ids stand for appended
 * placeholders: a text that is too long is cut before them. */
static guint
build (Builder *builder, const char *text, char **effective)
{
  guint n_text;

  add_text (builder, text);
  if (builder->params->n_concepts == 0 || builder->columns->len > 0)
    {
      *effective = g_strdup (text);
      return 0;
    }
  *effective = append_placeholders (text, builder->params->n_concepts);
  n_text = builder->ids->len;
  for (guint i = 0; i < builder->params->n_concepts; i++)
    add_concept (builder, i);
  return builder->ids->len - n_text;
}

static gboolean
check_concepts (const PzPromptParams *params, GError **error)
{
  guint width;

  if (params->n_concepts > PZ_MAX_CONCEPTS)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "concepts: at most %d expected, found %u", PZ_MAX_CONCEPTS,
                   params->n_concepts);
      return FALSE;
    }
  for (guint i = 1; i < params->n_concepts; i++)
    {
      width = pz_concept_get_width (params->concepts[0]);
      if (pz_concept_get_width (params->concepts[i]) == width)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "concept %u: words of width %u expected like the first's, found %u", i + 1,
                   width, pz_concept_get_width (params->concepts[i]));
      return FALSE;
    }
  return TRUE;
}

static void
copy_words (PzPrompt *prompt, const PzPromptParams *params)
{
  float *to;

  if (params->n_concepts == 0)
    return;
  prompt->width = pz_concept_get_width (params->concepts[0]);
  for (guint i = 0; i < params->n_concepts; i++)
    prompt->n_extra += pz_concept_get_n_words (params->concepts[i]);
  to = prompt->extra = g_new (float, (gsize) prompt->n_extra * prompt->width);
  for (guint i = 0; i < params->n_concepts; i++)
    {
      gsize n = (gsize) pz_concept_get_n_words (params->concepts[i]) * prompt->width;

      memcpy (to, pz_concept_get_words (params->concepts[i]), n * sizeof (float));
      to += n;
    }
}

/* Begin, as much of the text as there is room for, end, padding. n_tail entries at the end
 * of the text are kept before all others. */
static void
lay_out (PzPrompt *prompt, const Builder *builder, guint n_tail)
{
  const PzTokenizer *tokenizer = builder->params->tokenizer;
  const guint *ids = (const guint *) (void *) builder->ids->data;
  guint room = prompt->n_ids - 2;
  guint n_kept = MIN (builder->ids->len, room);
  guint n_head = n_kept - MIN (n_tail, n_kept);
  guint n_cut = builder->ids->len - n_kept;

  prompt->n_cut = n_cut;
  prompt->n_used = n_kept + 2;
  prompt->ids[0] = (gint32) pz_tokenizer_get_begin (tokenizer);
  for (guint i = 0; i < n_kept; i++)
    prompt->ids[1 + i] = (gint32) ids[i < n_head || n_tail == 0 ? i : i + n_cut];
  prompt->ids[1 + n_kept] = (gint32) pz_tokenizer_get_end (tokenizer);
  for (guint i = n_kept + 2; i < prompt->n_ids; i++)
    prompt->ids[i] = (gint32) pz_tokenizer_get_pad (tokenizer);
  for (guint i = 0; i < builder->columns->len; i++)
    {
      const Column *column = &g_array_index (builder->columns, Column, i);
      guint at = n_tail > 0 ? column->at - n_cut : column->at;

      if (at < n_kept)
        prompt->columns[column->concept] = 1 + at;
    }
}

PzPrompt *
pz_prompt_new (const char *text, const PzPromptParams *params, GError **error)
{
  g_auto (Builder) builder = { 0 };
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (PzPrompt) prompt = NULL;
  guint n_tail;

  g_return_val_if_fail (params->max_tokens >= 2, NULL);

  if (!check_concepts (params, error))
    return NULL;
  prompt = g_new0 (PzPrompt, 1);
  prompt->n_ids = params->max_tokens;
  prompt->ids = g_new0 (gint32, prompt->n_ids);
  prompt->n_concepts = params->n_concepts;
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    prompt->columns[i] = PZ_PROMPT_NO_COLUMN;
  copy_words (prompt, params);
  start (&builder, params);
  n_tail = build (&builder, valid, &prompt->text);
  lay_out (prompt, &builder, n_tail);
  return g_steal_pointer (&prompt);
}

guint
pz_prompt_count_tokens (const char *text, const PzPromptParams *params)
{
  g_auto (Builder) builder = { 0 };
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *effective = NULL;

  g_return_val_if_fail (params->n_concepts <= PZ_MAX_CONCEPTS, 0);

  start (&builder, params);
  build (&builder, valid, &effective);
  return builder.ids->len + 2;
}

void
pz_prompt_free (PzPrompt *prompt)
{
  if (prompt == NULL)
    return;
  g_free (prompt->ids);
  g_free (prompt->extra);
  g_free (prompt->text);
  g_free (prompt);
}
