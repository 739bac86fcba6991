/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first byte sets the number of concepts, which of their words are used, and the maximum number of tokens; the rest is the
 * prompt. The vocabulary has only single letters; "cat", "cat b" and "<c>" are learned words, and so are two names that end
 * like a placeholder.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "models/concept-private.h"
#include "models/tasks/prompt.h"
#include "models/tasks/prompt-weights.h"
#include "tests/fuzz/fuzz.h"

#define N_WORDS 5
#define VOCAB 100

/* Lower-case letters, inside a word and at its end, then the begin and end tokens. */
static PzTokenizer *
make_tokenizer (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-fuzz-XXXXXX", NULL);
  g_autofree char *vocab_path = g_build_filename (folder, "vocab.json", NULL);
  g_autofree char *merges_path = g_build_filename (folder, "merges.txt", NULL);
  g_autoptr (GString) vocab = g_string_new ("{");
  g_autoptr (GError) error = NULL;
  PzTokenizer *tokenizer;

  for (guint i = 0; i < 26; i++)
    g_string_append_printf (vocab, "\"%c\": %u, \"%c</w>\": %u, ", 'a' + i, i, 'a' + i, 26 + i);
  g_string_append (vocab, "\"<|startoftext|>\": 52, \"<|endoftext|>\": 53}");
  g_assert_true (g_file_set_contents (vocab_path, vocab->str, -1, NULL));
  g_assert_true (g_file_set_contents (merges_path, "", 0, NULL));
  tokenizer = pz_tokenizer_open (folder, &error);
  g_assert_no_error (error);
  g_unlink (vocab_path);
  g_unlink (merges_path);
  g_rmdir (folder);
  return tokenizer;
}

static PzConcept *
make_concept (void)
{
  const float words[N_WORDS] = { 0 };
  g_autoptr (PzImage) picture = pz_image_new (1, 1, 1, words);

  return pz_concept_new (&(PzConceptParts) {
    .n_words = N_WORDS,
    .width = 1,
    .words = words,
    .n_patches = 1,
    .local = words,
    .model = "",
    .crop = picture,
    .crop_mask = picture,
  });
}

static const float vectors[3] = { 1, 2, 3 };
static PzEmbedding learned[] = {
  { .name = "cat", .path = "", .n_vectors = 2, .width = 1, .vectors = (float *) vectors },
  { .name = "cat b", .path = "", .n_vectors = 1, .width = 1, .vectors = (float *) vectors },
  { .name = "<c>", .path = "", .n_vectors = 3, .width = 1, .vectors = (float *) vectors },
  /* These end like a placeholder. */
  { .name = " s", .path = "", .n_vectors = 1, .width = 1, .vectors = (float *) vectors },
  { .name = "a s2", .path = "", .n_vectors = 2, .width = 1, .vectors = (float *) vectors },
};

static void
check_prompt (const PzPrompt *prompt, const PzPromptParams *params)
{
  guint n_concepts = params->n_concepts;
  guint n_rows = params->words == PZ_WORDS_ALL ? N_WORDS : 1;
  gboolean all_fit = n_concepts * n_rows + 2 <= params->max_tokens;

  g_assert_cmpuint (prompt->n_extra, >=, N_WORDS * n_concepts);
  g_assert_cmpuint (prompt->n_extra, <=, N_WORDS * n_concepts + prompt->n_ids);
  g_assert_cmpint (prompt->ids[0], ==, 52);
  g_assert_cmpint (prompt->ids[prompt->n_used - 1], ==, 53);
  for (guint i = 0; i < prompt->n_ids; i++)
    {
      g_assert_cmpint (prompt->ids[i], <, VOCAB + (gint) prompt->n_extra);
      g_assert_true (prompt->weights[i] >= 0.0f
                     && prompt->weights[i] <= (float) PZ_PROMPT_WEIGHT_MAX);
    }
  g_assert_cmpfloat (prompt->weights[0], ==, 1.0f);
  for (guint i = prompt->n_used - 1; i < prompt->n_ids; i++)
    g_assert_cmpfloat (prompt->weights[i], ==, 1.0f);
  for (guint i = 0; i < n_concepts; i++)
    if (all_fit || prompt->columns[i] != PZ_PROMPT_NO_COLUMN)
      {
        g_assert_cmpuint (prompt->columns[i], <, prompt->n_used);
        g_assert_cmpint (prompt->ids[prompt->columns[i]], ==, VOCAB + (gint) (N_WORDS * i));
      }
}

/* Pieces are valid UTF-8 and not empty, and together not longer than the text. */
static void
check_pieces (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GArray) pieces = pz_prompt_pieces (valid);
  gsize n_bytes = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const PzPromptPiece *piece = &g_array_index (pieces, PzPromptPiece, i);

      g_assert_true (g_utf8_validate (piece->text, -1, NULL));
      g_assert_cmpuint (strlen (piece->text), >, 0);
      n_bytes += strlen (piece->text);
    }
  g_assert_cmpuint (n_bytes, <=, strlen (valid));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static PzTokenizer *tokenizer; /* created once per process */
  static PzConcept *concept;
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data + 1, size - 1) : NULL;
  g_autoptr (PzPrompt) prompt = NULL;
  g_autoptr (GError) error = NULL;
  PzPromptParams params = { .vocab_size = VOCAB };

  if (text == NULL)
    return 0;
  if (tokenizer == NULL)
    {
      tokenizer = make_tokenizer ();
      concept = make_concept ();
      for (guint i = 0; i < G_N_ELEMENTS (learned); i++)
        g_atomic_ref_count_init (&learned[i].refs);
    }
  params.tokenizer = tokenizer;
  params.max_tokens = 2 + data[0] / 16 * 3;
  params.concepts = (PzConcept *[PZ_MAX_CONCEPTS]) { concept, concept, concept, concept };
  params.n_concepts = data[0] % (PZ_MAX_CONCEPTS + 1);
  params.learned =
    (PzEmbedding *[]) { &learned[0], &learned[1], &learned[2], &learned[3], &learned[4] };
  params.n_learned = G_N_ELEMENTS (learned);
  params.width = 1;
  params.words = data[0] % 2 == 0 ? PZ_WORDS_PRIMARY : PZ_WORDS_ALL;
  prompt = pz_prompt_new (text, &params, &error);
  g_assert_no_error (error);
  /* The encoded text contains all placeholders, so counting its tokens adds none. */
  g_assert_cmpuint (prompt->n_used + prompt->n_cut, ==,
                    pz_prompt_count_tokens (prompt->text, &params));
  check_prompt (prompt, &params);
  check_pieces (text);
  return 0;
}
