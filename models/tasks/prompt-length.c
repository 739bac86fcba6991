/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt-length.h"

#include <string.h>

#include "models/concept-private.h"
#include "models/tasks/prompt.h"
#include "models/tasks/prompt-loras.h"

/* Stands for the concept that is encoded later: only how many words it has matters. */
static PzConcept *
stand_in (guint width)
{
  float nothing = 0;
  g_autofree float *words = g_new0 (float, (gsize) width *PZ_MAPPER_FEATURES);
  g_autoptr (PzImage) picture = pz_image_new (1, 1, 1, &nothing);

  return pz_concept_new (&(PzConceptParts) {
    .n_words = PZ_MAPPER_FEATURES,
    .width = width,
    .words = words,
    .model = "",
    .crop = picture,
    .crop_mask = picture,
  });
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

/* The longest beginning of whole words that needs no more than `room` tokens. A beginning without the placeholder
 * counts the one that would be appended, which is kept before all other words in the end too. */
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
                   PzPromptLength *length)
{
  /* Blanks in the place of what is no text: the bytes stay where they are. */
  g_autofree char *text = g_utf8_validate (prompt, -1, NULL)
                            ? pz_prompt_without_loras (prompt, TRUE)
                            : g_strdup (prompt);
  g_autoptr (PzConcept) concept = stand_in (model->text.hidden_size);
  g_autoptr (GPtrArray) named = pz_word_shelf_list (learned);
  PzPromptParams params = {
    .tokenizer = model->tokenizer,
    .vocab_size = model->text.vocab_size,
    .max_tokens = model->text.max_position_embeddings,
    .concepts = &concept,
    .n_concepts = 1,
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
