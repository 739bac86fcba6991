/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "models/concept-private.h"
#include "models/tasks/prompt.h"
#include "tests/unit/clip-folder.h"

#define VOCAB 49408
#define WIDTH 3
#define WORDS 5

static PzTokenizer *clip;
static PzConcept *concepts[PZ_MAX_CONCEPTS];

static PzConcept *
make_concept (guint number, guint width)
{
  g_autofree float *words = g_new (float, (gsize) WORDS *width);
  g_autoptr (PzImage) picture = pz_image_new_take (1, 1, 3, g_new0 (float, 3));
  g_autoptr (PzImage) mask = pz_image_new_take (1, 1, 1, g_new0 (float, 1));

  for (guint i = 0; i < WORDS * width; i++)
    words[i] = (float) (100 * number + i);
  return pz_concept_new (&(PzConceptParts) {
    .n_words = WORDS,
    .width = width,
    .words = words,
    .n_patches = 1,
    .local = words,
    .model = "x",
    .crop = picture,
    .crop_mask = mask,
  });
}

static PzPrompt *
make (const char *text, guint n_concepts, PzWords words, guint max_tokens)
{
  g_autoptr (GError) error = NULL;
  PzPrompt *prompt = pz_prompt_new (text,
                                    &(PzPromptParams) {
                                      .tokenizer = clip,
                                      .vocab_size = VOCAB,
                                      .max_tokens = max_tokens,
                                      .concepts = concepts,
                                      .n_concepts = n_concepts,
                                      .words = words,
                                    },
                                    &error);

  g_assert_no_error (error);
  g_assert_cmpuint (prompt->n_ids, ==, max_tokens);
  return prompt;
}

static void
assert_ids (const PzPrompt *prompt, guint n, const gint32 ids[])
{
  for (guint i = 0; i < n; i++)
    if (prompt->ids[i] != ids[i])
      g_error ("\"%s\", position %u: expected %d, found %d", prompt->text, i, ids[i],
               prompt->ids[i]);
}

static void
test_primary (void)
{
  g_autoptr (PzPrompt) prompt = make ("a photo of S on a table", 1, PZ_WORDS_PRIMARY, 77);

  assert_ids (prompt, 10,
              (gint32[]) { 49406, 320, 1125, 539, VOCAB, 525, 320, 2175, 49407, 49407 });
  g_assert_cmpuint (prompt->columns[0], ==, 4);
  g_assert_cmpuint (prompt->columns[1], ==, PZ_PROMPT_NO_COLUMN);
  g_assert_cmpuint (prompt->n_used, ==, 9);
  g_assert_cmpuint (prompt->n_cut, ==, 0);
  g_assert_cmpuint (prompt->n_extra, ==, WORDS);
  g_assert_cmpuint (prompt->width, ==, WIDTH);
  g_assert_cmpfloat (prompt->extra[WIDTH], ==, 3.0f);
  g_assert_cmpstr (prompt->text, ==, "a photo of S on a table");
}

/* Rows of the result as rows of the plain prompt: 0..4, w0..w4, 6, 7, ..., 72 (p = 5, n =
 * 5). */
static void
test_injection_check_value (void)
{
  const char *text = "a photo of a S one two three four five six";
  g_autoptr (PzPrompt) plain = make (text, 0, PZ_WORDS_ALL, 77);
  g_autoptr (PzPrompt) prompt = make (text, 1, PZ_WORDS_ALL, 77);

  g_assert_cmpint (plain->ids[5], ==, 338);
  for (guint i = 0; i < 77; i++)
    g_assert_cmpint (prompt->ids[i], ==,
                     i < 5    ? plain->ids[i]
                     : i < 10 ? VOCAB + (gint32) i - 5
                              : plain->ids[i - 4]);
  g_assert_cmpint (prompt->ids[76], ==, plain->ids[72]);
  g_assert_cmpuint (prompt->columns[0], ==, 5);
}

static const struct
{
  const char *text;
  guint n_concepts;
  guint columns[2];
  const char *effective; /* NULL = text */
} placeholders[] = {
  { "S", 1, { 1, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S, a photo", 1, { 1, PZ_PROMPT_NO_COLUMN }, NULL },
  { "(S)", 1, { 2, PZ_PROMPT_NO_COLUMN }, NULL },
  { "\"S\"", 1, { 2, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S's bowl", 1, { 1, PZ_PROMPT_NO_COLUMN }, NULL },
  { "a close-up of S", 1, { 6, PZ_PROMPT_NO_COLUMN }, NULL },
  { "a photo of S.", 1, { 4, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S and S", 1, { 3, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S1 near S2", 2, { 1, 3 }, NULL },
  { "S2 near S", 2, { 3, 1 }, NULL },
  { "S2 alone", 2, { PZ_PROMPT_NO_COLUMN, 1 }, NULL },
  { "a photo", 1, { 3, PZ_PROMPT_NO_COLUMN }, "a photo S" },
  { "a photo  ", 1, { 3, PZ_PROMPT_NO_COLUMN }, "a photo S" },
  { "a photo", 2, { 3, 4 }, "a photo S1 S2" },
  { "", 1, { 1, PZ_PROMPT_NO_COLUMN }, "S" },
  { "a galaxy S2", 1, { 5, PZ_PROMPT_NO_COLUMN }, "a galaxy S2 S" },
  { "a sS Ss S_ _S S0", 1, { 10, PZ_PROMPT_NO_COLUMN }, "a sS Ss S_ _S S0 S" },
  { "s", 1, { 2, PZ_PROMPT_NO_COLUMN }, "s S" },
  { "JONES'S", 1, { 3, PZ_PROMPT_NO_COLUMN }, "JONES'S S" },
  { "U.S.", 1, { 5, PZ_PROMPT_NO_COLUMN }, "U.S. S" },
  { "S.O.S", 1, { 6, PZ_PROMPT_NO_COLUMN }, "S.O.S S" },
  { "\303\204S", 1, { 3, PZ_PROMPT_NO_COLUMN }, "\303\204S S" },
};

static void
test_placeholders (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (placeholders); i++)
    {
      g_autoptr (PzPrompt) prompt =
        make (placeholders[i].text, placeholders[i].n_concepts, PZ_WORDS_PRIMARY, 77);

      g_assert_cmpstr (prompt->text, ==,
                       placeholders[i].effective != NULL ? placeholders[i].effective
                                                         : placeholders[i].text);
      for (guint j = 0; j < 2; j++)
        if (prompt->columns[j] != placeholders[i].columns[j])
          g_error ("\"%s\": concept %u: expected column %u, found %u", placeholders[i].text,
                   j + 1, placeholders[i].columns[j], prompt->columns[j]);
      for (guint j = 0; j < placeholders[i].n_concepts; j++)
        if (prompt->columns[j] != PZ_PROMPT_NO_COLUMN)
          g_assert_cmpint (prompt->ids[prompt->columns[j]], ==, VOCAB + (gint32) (j * WORDS));
    }
}

static void
test_no_concept (void)
{
  g_autoptr (PzPrompt) prompt = make ("a photo of S", 0, PZ_WORDS_PRIMARY, 77);
  g_autoptr (PzPrompt) empty = make ("", 0, PZ_WORDS_PRIMARY, 77);

  assert_ids (prompt, 6, (gint32[]) { 49406, 320, 1125, 539, 338, 49407 });
  g_assert_cmpuint (prompt->n_extra, ==, 0);
  g_assert_null (prompt->extra);
  assert_ids (empty, 3, (gint32[]) { 49406, 49407, 49407 });
  g_assert_cmpuint (empty->n_used, ==, 2);
  g_assert_cmpstr (empty->text, ==, "");
}

static void
test_two_concepts (void)
{
  g_autoptr (PzPrompt) prompt = make ("S2 S1", 2, PZ_WORDS_ALL, 77);

  assert_ids (prompt, 12,
              (gint32[]) { 49406, VOCAB + 5, VOCAB + 6, VOCAB + 7, VOCAB + 8, VOCAB + 9, VOCAB,
                           VOCAB + 1, VOCAB + 2, VOCAB + 3, VOCAB + 4, 49407 });
  g_assert_cmpuint (prompt->n_extra, ==, 2 * WORDS);
  g_assert_cmpfloat (prompt->extra[WORDS * WIDTH], ==, 100.0f);
  g_assert_cmpuint (prompt->columns[0], ==, 6);
  g_assert_cmpuint (prompt->columns[1], ==, 1);
}

static void
test_cut (void)
{
  g_autoptr (PzPrompt) prompt = make ("S one two three four five six", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) lost = make ("S one two three four five S", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) gone = make ("one two three four five S", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) appended = make ("a photo of a dog", 1, PZ_WORDS_ALL, 9);

  g_assert_cmpint (prompt->ids[5], ==, 49407);
  g_assert_cmpuint (prompt->n_used, ==, 6);
  g_assert_cmpuint (prompt->n_cut, ==, 3);
  g_assert_cmpuint (lost->columns[0], ==, 1);
  g_assert_cmpuint (gone->columns[0], ==, PZ_PROMPT_NO_COLUMN);
  assert_ids (appended, 9,
              (gint32[]) { 49406, 320, 1125, VOCAB, VOCAB + 1, VOCAB + 2, VOCAB + 3, VOCAB + 4,
                           49407 });
  g_assert_cmpuint (appended->columns[0], ==, 3);
  g_assert_cmpuint (appended->n_cut, ==, 3);
}

static void
test_count (void)
{
  PzPromptParams params = { .tokenizer = clip,
                            .vocab_size = VOCAB,
                            .max_tokens = 4,
                            .concepts = concepts,
                            .n_concepts = 1,
                            .words = PZ_WORDS_ALL };

  g_assert_cmpuint (pz_prompt_count_tokens ("a photo of S", &params), ==, 10);
  params.words = PZ_WORDS_PRIMARY;
  g_assert_cmpuint (pz_prompt_count_tokens ("a photo of S", &params), ==, 6);
  g_assert_cmpuint (pz_prompt_count_tokens ("a photo of", &params), ==, 6);
}

static void
test_widths (void)
{
  g_autoptr (PzConcept) wide = make_concept (9, WIDTH + 1);
  PzConcept *two[2] = { concepts[0], wide };
  g_autoptr (GError) error = NULL;

  g_assert_null (pz_prompt_new ("S1 S2",
                                &(PzPromptParams) { .tokenizer = clip,
                                                    .vocab_size = VOCAB,
                                                    .max_tokens = 77,
                                                    .concepts = two,
                                                    .n_concepts = 2 },
                                &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  char *folder;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = clip_make_folder ();
  clip = pz_tokenizer_open (folder, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    concepts[i] = make_concept (i, WIDTH);
  g_test_add_func ("/prompt/the-placeholder-becomes-the-primary-word", test_primary);
  g_test_add_func ("/prompt/five-words-push-the-tail-as-published", test_injection_check_value);
  g_test_add_func ("/prompt/a-placeholder-is-a-whole-upper-case-word", test_placeholders);
  g_test_add_func ("/prompt/without-concepts-s-is-a-letter", test_no_concept);
  g_test_add_func ("/prompt/several-concepts-keep-their-rows-and-columns", test_two_concepts);
  g_test_add_func ("/prompt/long-prompts-are-cut-before-the-end-token", test_cut);
  g_test_add_func ("/prompt/tokens-are-counted-without-a-limit", test_count);
  g_test_add_func ("/prompt/concepts-of-different-models-are-refused", test_widths);
  result = g_test_run ();
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    pz_concept_unref (concepts[i]);
  pz_tokenizer_free (clip);
  clip_remove_folder (folder);
  g_free (folder);
  return result;
}
