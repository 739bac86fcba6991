/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt.h"

#include <string.h>

#include "models/tasks/prompt-names.h"
#include "models/tasks/prompt-weights.h"

typedef struct
{
  const PzPromptParams *params;
  GArray *ids; /* guint: tokens and extra rows, without begin and end */
  GArray *weights; /* float: for each entry of ids */
  GArray *columns; /* Column: positions of each concept's w_0 in ids */
  GArray *vectors; /* Vector: of learned words; the first is row n_concept_rows */
  const char *text; /* as given */
  guint n_tail; /* entries at the end of ids, kept in preference to all others */
  guint first_rows[PZ_MAX_CONCEPTS]; /* of each concept in extra */
  guint n_concept_rows;
  guint n_entries[PZ_MAX_CONCEPTS]; /* that replace a placeholder */
} Builder;

typedef struct
{
  guint concept;
  guint at;
} Column;

typedef struct
{
  PzEmbedding *word; /* (transfer none) */
  guint index;
} Vector;

/* The entries of ids that fit: the first n_head, and n_tail from `tail` on. */
typedef struct
{
  guint n_head, tail, n_tail;
} Kept;

static void
clear_builder (Builder *builder)
{
  g_clear_pointer (&builder->ids, g_array_unref);
  g_clear_pointer (&builder->weights, g_array_unref);
  g_clear_pointer (&builder->columns, g_array_unref);
  g_clear_pointer (&builder->vectors, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, clear_builder)

/* Whether the text contains a concept's class word. */
static gboolean
has_class_word (const char *text, const char *word)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *folded_word = g_utf8_casefold (word, -1);

  return strstr (folded, folded_word) != NULL;
}

/* The number of a concept's words, or of its class word's tokens if it has no words. */
static guint
count_entries (const PzPromptParams *params, const PzConcept *concept)
{
  const char *class_word = pz_concept_get_class_word (concept);
  g_autoptr (GArray) ids = NULL;

  if (pz_concept_get_n_words (concept) > 0)
    return params->words == PZ_WORDS_PRIMARY ? pz_concept_get_n_primary (concept)
                                             : pz_concept_get_n_words (concept);
  ids = g_array_new (FALSE, FALSE, sizeof (guint));
  if (class_word != NULL)
    pz_tokenizer_encode (params->tokenizer, class_word, -1, ids);
  return ids->len;
}

static void
start (Builder *builder, const PzPromptParams *params)
{
  builder->params = params;
  builder->ids = g_array_new (FALSE, FALSE, sizeof (guint));
  builder->weights = g_array_new (FALSE, FALSE, sizeof (float));
  builder->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  builder->vectors = g_array_new (FALSE, FALSE, sizeof (Vector));
  for (guint i = 0; i < params->n_concepts; i++)
    {
      builder->first_rows[i] = builder->n_concept_rows;
      builder->n_concept_rows += pz_concept_get_n_words (params->concepts[i]);
      builder->n_entries[i] = count_entries (params, params->concepts[i]);
    }
}

static void
add_concept (Builder *builder, guint concept)
{
  const PzPromptParams *params = builder->params;
  const PzConcept *given = params->concepts[concept];
  guint n_words = pz_concept_get_n_words (given) > 0 ? builder->n_entries[concept] : 0;
  Column column = { .concept = concept, .at = builder->ids->len };

  g_array_append_val (builder->columns, column);
  if (n_words == 0 && pz_concept_get_class_word (given) != NULL)
    pz_tokenizer_encode (params->tokenizer, pz_concept_get_class_word (given), -1,
                         builder->ids);
  for (guint i = 0; i < n_words; i++)
    {
      guint id = params->vocab_size + builder->first_rows[concept] + i;

      g_array_append_val (builder->ids, id);
    }
}

static void
add_word (Builder *builder, PzEmbedding *word)
{
  for (guint i = 0; i < word->n_vectors; i++)
    {
      const Vector vector = { .word = word, .index = i };
      guint id = builder->params->vocab_size + builder->n_concept_rows + builder->vectors->len;

      g_array_append_val (builder->ids, id);
      g_array_append_val (builder->vectors, vector);
    }
}

/* Tokenizes the text between names piece by piece. The tokenizer would also split where a name begins or ends. */
static void
add_piece (Builder *builder, const char *text)
{
  const PzPromptParams *params = builder->params;
  g_autoptr (GArray) names = pz_prompt_names (text, &(PzPromptNamesParams) {
                                                      .n_concepts = params->n_concepts,
                                                      .words = params->learned,
                                                      .n_words = params->n_learned,
                                                      .width = params->width,
                                                    });
  gint done = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const PzPromptName *name = &g_array_index (names, PzPromptName, i);

      pz_tokenizer_encode (params->tokenizer, text + done, name->first - done, builder->ids);
      if (name->word != NULL)
        add_word (builder, name->word);
      else
        add_concept (builder, name->concept);
      done = name->last;
    }
  pz_tokenizer_encode (params->tokenizer, text + done, -1, builder->ids);
}

static void
add_text (Builder *builder, const char *text)
{
  g_autoptr (GArray) pieces = pz_prompt_pieces (text);

  for (guint i = 0; i < pieces->len; i++)
    {
      const PzPromptPiece *piece = &g_array_index (pieces, PzPromptPiece, i);
      float weight = (float) piece->weight;

      add_piece (builder, piece->text);
      while (builder->weights->len < builder->ids->len)
        g_array_append_val (builder->weights, weight);
    }
}

/* Appends the missing placeholders: " S", or " S1 S2 ..." if there are several concepts. (transfer full) */
static char *
append_placeholders (const char *text, const PzPromptParams *params, const gboolean missing[])
{
  GString *longer = g_string_new (text);

  g_strchomp (longer->str);
  g_string_truncate (longer, strlen (longer->str));
  for (guint i = 0; i < params->n_concepts; i++)
    {
      if (!missing[i])
        continue;
      if (longer->len > 0)
        g_string_append_c (longer, ' ');
      g_string_append_c (longer, 'S');
      if (params->n_concepts > 1)
        g_string_append_printf (longer, "%u", i + 1);
    }
  return g_string_free_and_steal (longer);
}

static void
forget_text (Builder *builder)
{
  GArray *const all[] = { builder->ids, builder->weights, builder->columns, builder->vectors };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_array_set_size (all[i], 0);
}

static Kept
find_kept (const Builder *builder, guint room)
{
  guint n_ids = builder->ids->len, n_tail = MIN (builder->n_tail, room);

  if (n_ids <= room)
    return (Kept) { .n_head = n_ids };
  return (Kept) { .n_head = room - n_tail, .tail = n_ids - builder->n_tail, .n_tail = n_tail };
}

/* The position of an entry of ids among those kept. FALSE: it is cut. */
static gboolean
find_place (const Kept *kept, guint entry, guint *place)
{
  gboolean in_tail = entry >= kept->tail && entry - kept->tail < kept->n_tail;

  *place = entry < kept->n_head ? entry : kept->n_head + entry - kept->tail;
  return entry < kept->n_head || in_tail;
}

/* Whether a placeholder of the concept is kept with all of its entries. A text encoder adapter affects every prompt: its class
 * word is sufficient (methods: CatVersion). */
static gboolean
stands_whole (const Builder *builder, guint concept, const Kept *kept)
{
  const PzConcept *given = builder->params->concepts[concept];

  if (builder->n_entries[concept] == 0
      || (pz_concept_get_n_words (given) == 0
          && has_class_word (builder->text, pz_concept_get_class_word (given))))
    return TRUE;
  for (guint i = 0; i < builder->columns->len; i++)
    {
      const Column *column = &g_array_index (builder->columns, Column, i);
      guint last = column->at + builder->n_entries[concept] - 1, place;

      if (column->concept == concept && find_place (kept, column->at, &place)
          && find_place (kept, last, &place))
        return TRUE;
    }
  return FALSE;
}

/* Adds everything that the text requests. A concept without a placeholder, or with none that fits, is appended. Appended
 * placeholders take room from the text, so others may have to be appended, too. room: number of entries in ids. Returns the
 * text that was used. (transfer full) */
static char *
build (Builder *builder, const char *text, guint room)
{
  const PzPromptParams *params = builder->params;
  gboolean missing[PZ_MAX_CONCEPTS] = { FALSE };
  g_autofree char *effective = g_strdup (text);
  guint n_missing = 0;

  builder->text = text;
  for (guint n_before = G_MAXUINT; n_before != n_missing;)
    {
      Kept kept;

      /* Parsed again, so that an unclosed bracket has the same effect as when the recipe's text is parsed. */
      forget_text (builder);
      add_text (builder, effective);
      g_assert (builder->columns->len >= n_missing);
      builder->n_tail = 0;
      if (n_missing > 0)
        builder->n_tail =
          builder->ids->len
          - g_array_index (builder->columns, Column, builder->columns->len - n_missing).at;
      kept = find_kept (builder, room);
      n_before = n_missing;
      for (guint i = 0; i < params->n_concepts; i++)
        if (!missing[i] && !stands_whole (builder, i, &kept))
          {
            missing[i] = TRUE;
            n_missing++;
          }
      if (n_missing > n_before)
        {
          g_free (effective);
          effective = append_placeholders (text, params, missing);
        }
    }
  return g_steal_pointer (&effective);
}

/* The width of the rows in the prompt. Concepts that only replace weights have no rows. */
static guint
rows_width (const PzPromptParams *params)
{
  for (guint i = 0; i < params->n_concepts; i++)
    if (pz_concept_get_width (params->concepts[i]) != 0)
      return pz_concept_get_width (params->concepts[i]);
  return params->width;
}

static gboolean
check_concepts (const PzPromptParams *params, GError **error)
{
  const guint width = rows_width (params);

  if (params->n_concepts > PZ_MAX_CONCEPTS)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "concepts: at most %d expected, found %u", PZ_MAX_CONCEPTS,
                   params->n_concepts);
      return FALSE;
    }
  for (guint i = 1; i < params->n_concepts; i++)
    {
      const guint found = pz_concept_get_width (params->concepts[i]);

      if (found == 0 || found == width)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "concept %u: words of width %u expected like the first's, found %u", i + 1,
                   width, found);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_learned (const Builder *builder, GError **error)
{
  const guint width = rows_width (builder->params);

  for (guint i = 0; i < builder->vectors->len; i++)
    {
      const PzEmbedding *word = g_array_index (builder->vectors, Vector, i).word;

      if (word->width == width)
        continue;
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        "“%s” (%s): expected a word of width %u, the text encoder's, found %u; it was "
        "learned for another family of models",
        word->name, word->path, width, word->width);
      return FALSE;
    }
  return TRUE;
}

static void
add_rows (PzPrompt *prompt, const float *rows, guint n_rows)
{
  gsize n = (gsize) prompt->n_extra * prompt->width;
  gsize n_more = (gsize) n_rows * prompt->width;

  prompt->extra = g_renew (float, prompt->extra, n + n_more);
  memcpy (prompt->extra + n, rows, n_more * sizeof (float));
  prompt->n_extra += n_rows;
}

static void
add_once (GPtrArray *words, PzEmbedding *word)
{
  if (!g_ptr_array_find (words, word, NULL))
    g_ptr_array_add (words, pz_embedding_ref (word));
}

/* Copies all rows of the concepts, and those of learned words that fit, which are renumbered. */
static void
copy_rows (PzPrompt *prompt, const Builder *builder, const Kept *kept)
{
  const PzPromptParams *params = builder->params;
  guint first_learned = params->vocab_size + builder->n_concept_rows;

  prompt->width = rows_width (params);
  for (guint i = 0; i < params->n_concepts; i++)
    add_rows (prompt, pz_concept_get_words (params->concepts[i]),
              pz_concept_get_n_words (params->concepts[i]));
  for (guint i = 0; i < builder->ids->len; i++)
    {
      guint id = g_array_index (builder->ids, guint, i), place;
      const Vector *vector;

      if (id < first_learned)
        continue;
      vector = &g_array_index (builder->vectors, Vector, id - first_learned);
      if (!find_place (kept, i, &place))
        {
          add_once (prompt->cut, vector->word);
          continue;
        }
      add_once (prompt->learned, vector->word);
      prompt->ids[1 + place] = (gint32) (params->vocab_size + prompt->n_extra);
      add_rows (prompt, vector->word->vectors + (gsize) vector->index * vector->word->width, 1);
    }
}

/* Writes begin, the entries that fit, end and padding. */
static void
lay_out (PzPrompt *prompt, const Builder *builder, const Kept *kept)
{
  const PzTokenizer *tokenizer = builder->params->tokenizer;
  guint n_kept = kept->n_head + kept->n_tail, place;

  prompt->n_cut = builder->ids->len - n_kept;
  prompt->n_used = n_kept + 2;
  prompt->ids[0] = (gint32) pz_tokenizer_get_begin (tokenizer);
  for (guint i = 0; i < builder->ids->len; i++)
    if (find_place (kept, i, &place))
      {
        prompt->ids[1 + place] = (gint32) g_array_index (builder->ids, guint, i);
        prompt->weights[1 + place] = g_array_index (builder->weights, float, i);
      }
  prompt->ids[1 + n_kept] = (gint32) pz_tokenizer_get_end (tokenizer);
  for (guint i = n_kept + 2; i < prompt->n_ids; i++)
    prompt->ids[i] = (gint32) pz_tokenizer_get_pad (tokenizer);
  for (guint i = 0; i < builder->columns->len; i++)
    {
      const Column *column = &g_array_index (builder->columns, Column, i);

      if (find_place (kept, column->at, &place))
        prompt->columns[column->concept] = 1 + place;
    }
}

PzPrompt *
pz_prompt_new (const char *text, const PzPromptParams *params, GError **error)
{
  g_auto (Builder) builder = { 0 };
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (PzPrompt) prompt = NULL;
  Kept kept;

  g_return_val_if_fail (params->max_tokens >= 2, NULL);

  if (!check_concepts (params, error))
    return NULL;
  prompt = g_new0 (PzPrompt, 1);
  prompt->n_ids = params->max_tokens;
  prompt->ids = g_new0 (gint32, prompt->n_ids);
  prompt->weights = g_new (float, prompt->n_ids);
  for (guint i = 0; i < prompt->n_ids; i++)
    prompt->weights[i] = 1.0f;
  prompt->n_concepts = params->n_concepts;
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    prompt->columns[i] = PZ_PROMPT_NO_COLUMN;
  prompt->learned = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  prompt->cut = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  start (&builder, params);
  prompt->text = build (&builder, valid, prompt->n_ids - 2);
  if (!check_learned (&builder, error))
    return NULL;
  kept = find_kept (&builder, prompt->n_ids - 2);
  lay_out (prompt, &builder, &kept);
  copy_rows (prompt, &builder, &kept);
  return g_steal_pointer (&prompt);
}

char *
pz_prompt_describe_cut (const PzPrompt *prompt)
{
  GString *text;

  if (prompt->n_cut == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text,
                          "expected at most %u tokens, found %u: the last %u are not read",
                          prompt->n_ids, prompt->n_used + prompt->n_cut, prompt->n_cut);
  for (guint i = 0; i < prompt->cut->len; i++)
    {
      const PzEmbedding *word = prompt->cut->pdata[i];

      g_string_append_printf (text, "%s“%s”", i == 0 ? ", and with them " : ", ", word->name);
    }
  return g_string_free_and_steal (text);
}

guint
pz_prompt_count_tokens (const char *text, const PzPromptParams *params)
{
  g_auto (Builder) builder = { 0 };
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *effective = NULL;

  g_return_val_if_fail (params->n_concepts <= PZ_MAX_CONCEPTS, 0);

  start (&builder, params);
  effective = build (&builder, valid, G_MAXUINT);
  return builder.ids->len + 2;
}

void
pz_prompt_free (PzPrompt *prompt)
{
  if (prompt == NULL)
    return;
  g_free (prompt->ids);
  g_free (prompt->weights);
  g_free (prompt->extra);
  g_free (prompt->text);
  g_clear_pointer (&prompt->learned, g_ptr_array_unref);
  g_clear_pointer (&prompt->cut, g_ptr_array_unref);
  g_free (prompt);
}
