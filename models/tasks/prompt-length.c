/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt-length.h"

#include <string.h>

#include "models/concept-private.h"
#include "models/tasks/prompt.h"
#include "models/tasks/prompt-loras.h"

const PzConceptSize pz_layer_concept_size = { PZ_MAPPER_FEATURES, TRUE, NULL };

/* A stand-in for a concept that does not exist yet; only its size matters. (transfer full) */
static PzConcept *
stand_in (guint width, const PzConceptSize *size)
{
  g_autofree float *values = g_new0 (float, (gsize) width *MAX (size->n_words, 1));

  return pz_concept_new (&(PzConceptParts) {
    .n_words = size->n_words,
    .width = width,
    .words = values,
    .n_patches = size->has_local ? 1 : 0,
    .local = values,
    .class_word = size->class_word,
    .model = "",
  });
}

/* (transfer full) array of PzConcept */
static GPtrArray *
stand_ins (guint width, const PzConceptSize sizes[], guint n)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_concept_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (all, stand_in (width, &sizes[i]));
  return all;
}

/* The end of the first word at or after `from`. */
static gsize
word_end (const char *text, gsize from)
{
  while (text[from] != '\0' && g_ascii_isspace (text[from]))
    from++;
  while (text[from] != '\0' && !g_ascii_isspace (text[from]))
    from++;
  return from;
}

/* The longest prefix of whole words that needs at most `room` tokens. If a prefix lacks a placeholder, the one that would be
 * appended is counted, because it is kept in preference to all other words. */
static gsize
find_cut (const char *text, guint room, const PzPromptParams *params)
{
  gsize n_bytes = strlen (text), cut = 0;

  for (gsize end = word_end (text, 0); end <= n_bytes; end = word_end (text, end))
    {
      g_autofree char *head = g_strndup (text, end);

      if (pz_prompt_count_tokens (head, params) > room)
        break;
      cut = end;
      if (end == n_bytes)
        break;
    }
  return cut;
}

void
pz_prompt_measure (const PzModelFolder *model,
                   PzWordShelf *learned,
                   const char *prompt,
                   PzWords words,
                   const PzConceptSize concepts[],
                   guint n_concepts,
                   PzPromptLength *length)
{
  /* LoRA tags become blanks, so that byte positions do not change. */
  g_autofree char *text = g_utf8_validate (prompt, -1, NULL)
                            ? pz_prompt_without_loras (prompt, TRUE)
                            : g_strdup (prompt);
  g_autoptr (GPtrArray) made = stand_ins (model->text.hidden_size, concepts, n_concepts);
  g_autoptr (GPtrArray) named = pz_word_shelf_list (learned);
  PzPromptParams params = {
    .tokenizer = model->tokenizer,
    .vocab_size = model->text.vocab_size,
    .max_tokens = model->text.max_position_embeddings,
    .concepts = (PzConcept *const *) made->pdata,
    .n_concepts = made->len,
    .words = words,
    .learned = (PzEmbedding *const *) named->pdata,
    .n_learned = named->len,
    .width = model->text.hidden_size,
  };

  *length = (PzPromptLength) {
    .n_tokens = pz_prompt_count_tokens (text, &params),
    .max_tokens = params.max_tokens,
    .read_bytes = strlen (text),
  };
  if (length->n_tokens > length->max_tokens)
    length->read_bytes = find_cut (text, length->max_tokens, &params);
}
