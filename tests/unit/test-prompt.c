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

/* The rows of the result in terms of rows of the plain prompt: 0..4, w0..w4, 6, 7, ..., 72 (placeholder at p = 5, n = 5
 * words). */
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
  { "(S)", 1, { 1, PZ_PROMPT_NO_COLUMN }, NULL },
  { "\\(S\\)", 1, { 2, PZ_PROMPT_NO_COLUMN }, NULL },
  { "a[S:1]", 1, { 2, PZ_PROMPT_NO_COLUMN }, NULL },
  { "(S1:1.2)(S2)", 2, { 1, 2 }, NULL },
  { "(a photo", 1, { 3, PZ_PROMPT_NO_COLUMN }, "(a photo S" },
  { "a photo\\", 1, { 3, PZ_PROMPT_NO_COLUMN }, "a photo\\ S" },
  { "\"S\"", 1, { 2, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S's bowl", 1, { 1, PZ_PROMPT_NO_COLUMN }, NULL },
  { "a close-up of S", 1, { 6, PZ_PROMPT_NO_COLUMN }, NULL },
  { "a photo of S.", 1, { 4, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S and S", 1, { 3, PZ_PROMPT_NO_COLUMN }, NULL },
  { "S1 near S2", 2, { 1, 3 }, NULL },
  { "S2 near S", 2, { 3, 1 }, NULL },
  { "S2 alone", 2, { 3, 1 }, "S2 alone S1" },
  { "S alone", 2, { 1, 3 }, "S alone S2" },
  { "(S1 alone", 2, { 1, 3 }, "(S1 alone S2" },
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
assert_weights (const PzPrompt *prompt, guint n, const float weights[])
{
  for (guint i = 0; i < prompt->n_ids; i++)
    g_assert_cmpfloat_with_epsilon (prompt->weights[i], i < n ? weights[i] : 1.0f, 1e-6f);
}

/* Begin, end and padding always have weight 1. */
static void
test_weights (void)
{
  g_autoptr (PzPrompt) plain = make ("a red S on", 1, PZ_WORDS_ALL, 77);
  g_autoptr (PzPrompt) one = make ("a (red:1.5) S on", 1, PZ_WORDS_ALL, 77);
  g_autoptr (PzPrompt) five = make ("a red (S:0.5) on", 1, PZ_WORDS_ALL, 77);
  g_autoptr (PzPrompt) cut = make ("a red [on", 1, PZ_WORDS_PRIMARY, 5);

  assert_weights (plain, 0, NULL);
  assert_ids (one, 77, plain->ids);
  assert_weights (one, 3, (float[]) { 1, 1, 1.5f });
  assert_ids (five, 77, plain->ids);
  assert_weights (five, 8, (float[]) { 1, 1, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f });
  /* The appended placeholder is inside the unclosed bracket, and "on" is cut instead of it. */
  g_assert_cmpstr (cut->text, ==, "a red [on S");
  g_assert_cmpuint (cut->n_cut, ==, 1);
  g_assert_cmpuint (cut->columns[0], ==, 3);
  assert_weights (cut, 4, (float[]) { 1, 1, 1, 1 / 1.1f });
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
test_two_again (void)
{
  g_autoptr (PzPrompt) prompt = make ("S2 S1 S2", 2, PZ_WORDS_PRIMARY, 77);

  assert_ids (prompt, 5, (gint32[]) { 49406, VOCAB + WORDS, VOCAB, VOCAB + WORDS, 49407 });
  g_assert_cmpuint (prompt->n_extra, ==, 2 * WORDS);
  g_assert_cmpuint (prompt->columns[1], ==, 3);
}

static void
test_cut (void)
{
  g_autoptr (PzPrompt) prompt = make ("S one two three four five six", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) lost = make ("S one two three four five S", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) gone = make ("one two three four five S", 1, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) halved = make ("one S", 1, PZ_WORDS_ALL, 7);
  g_autoptr (PzPrompt) pushed = make ("one two three S2 four", 2, PZ_WORDS_PRIMARY, 6);
  g_autoptr (PzPrompt) appended = make ("a photo of a dog", 1, PZ_WORDS_ALL, 9);

  g_assert_cmpint (prompt->ids[5], ==, 49407);
  g_assert_cmpuint (prompt->n_used, ==, 6);
  g_assert_cmpuint (prompt->n_cut, ==, 3);
  g_assert_cmpuint (lost->columns[0], ==, 1);
  /* A placeholder that does not fit is appended, and so is one whose last rows would be cut. */
  g_assert_cmpstr (gone->text, ==, "one two three four five S S");
  g_assert_cmpuint (gone->columns[0], ==, 4);
  g_assert_cmpuint (gone->n_used, ==, 6);
  g_assert_cmpuint (gone->n_cut, ==, 3);
  g_assert_cmpuint (halved->columns[0], ==, 1);
  assert_ids (halved, 7,
              (gint32[]) { 49406, VOCAB, VOCAB + 1, VOCAB + 2, VOCAB + 3, VOCAB + 4, 49407 });
  /* So is one that the placeholder of the other concept would push out. */
  g_assert_cmpstr (pushed->text, ==, "one two three S2 four S1 S2");
  g_assert_cmpuint (pushed->columns[0], ==, 3);
  g_assert_cmpuint (pushed->columns[1], ==, 4);
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

/* ---- learned words ---- */

static PzEmbedding *
make_word (const char *name, guint n_vectors, guint width, float first)
{
  PzEmbedding *word = g_new0 (PzEmbedding, 1);

  g_atomic_ref_count_init (&word->refs);
  word->name = g_strdup (name);
  word->path = g_strdup_printf ("%s.pt", name);
  word->sha256 = g_strdup ("x");
  word->n_vectors = n_vectors;
  word->width = width;
  word->vectors = g_new (float, (gsize) n_vectors *width);
  for (guint i = 0; i < n_vectors * width; i++)
    word->vectors[i] = first + (float) i;
  return word;
}

static PzPrompt *
make_with_words (const char *text,
                 guint n_concepts,
                 GPtrArray *words,
                 guint max_tokens,
                 GError **error)
{
  return pz_prompt_new (text,
                        &(PzPromptParams) {
                          .tokenizer = clip,
                          .vocab_size = VOCAB,
                          .max_tokens = max_tokens,
                          .concepts = concepts,
                          .n_concepts = n_concepts,
                          .learned = (PzEmbedding *const *) words->pdata,
                          .n_learned = words->len,
                          .width = WIDTH,
                        },
                        error);
}

static GPtrArray *
make_words (void)
{
  GPtrArray *words = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);

  g_ptr_array_add (words, make_word ("<cat-toy>", 2, WIDTH, 1000));
  g_ptr_array_add (words, make_word ("28017_v0", 1, WIDTH, 2000));
  g_ptr_array_add (words, make_word ("28017_v", 3, WIDTH, 3000));
  g_ptr_array_add (words, make_word ("Grün", 1, 2, 4000)); /* for another text encoder */
  g_ptr_array_add (words, make_word ("grün", 1, WIDTH, 5000)); /* for this one */
  g_ptr_array_add (words, make_word ("s", 1, WIDTH, 6000));
  g_ptr_array_add (words, make_word ("wide", 1, 2, 7000));
  g_ptr_array_add (words, make_word ("pic s", 1, WIDTH, 8000));
  g_ptr_array_add (words, make_word ("28017_v s", 1, WIDTH, 9000));
  return words;
}

/* Names are matched as whole words, in any case. Expected: the first value and the position of each of their rows. */
static const struct
{
  const char *text;
  guint n_concepts;
  guint n_rows; /* of learned words */
  float first[4]; /* first value of each row */
  guint at[4]; /* position of each row */
} named[] = {
  { "a photo of <cat-toy> here", 0, 2, { 1000, 1003 }, { 4, 5 } },
  { "<CAT-toy><cat-toy>", 0, 4, { 1000, 1003, 1000, 1003 }, { 1, 2, 3, 4 } },
  { "28017_v0 28017_V", 0, 4, { 2000, 3000, 3003, 3006 }, { 1, 2, 3, 4 } },
  { "28017_v01 x28017_v0", 0, 0, { 0 }, { 0 } },
  { "(a GRÜN:1.3) b", 0, 1, { 5000 }, { 2 } },
  { "grüner", 0, 0, { 0 }, { 0 } },
  { "S s", 0, 2, { 6000, 6000 }, { 1, 2 } },
  { "S s", 1, 1, { 6000 }, { 2 } },
  /* A name that would cover a placeholder does not match; a shorter name may. */
  { "a pic", 1, 0, { 0 }, { 0 } },
  { "a pic s", 1, 1, { 8000 }, { 2 } },
  { "28017_V S", 1, 3, { 3000, 3003, 3006 }, { 1, 2, 3 } },
  { "28017_V S", 0, 1, { 9000 }, { 1 } },
};

static void
test_names_of_learned_words (void)
{
  g_autoptr (GPtrArray) words = make_words ();

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      guint first = named[i].n_concepts * WORDS;
      g_autoptr (PzPrompt) prompt =
        make_with_words (named[i].text, named[i].n_concepts, words, 77, NULL);

      g_assert_nonnull (prompt);
      if (prompt->n_extra != first + named[i].n_rows)
        g_error ("\"%s\": %u rows expected, found %u", named[i].text, named[i].n_rows,
                 prompt->n_extra - first);
      for (guint j = 0; j < named[i].n_rows; j++)
        {
          guint row = first + j;

          g_assert_cmpint (prompt->ids[named[i].at[j]], ==, (gint32) (VOCAB + row));
          g_assert_cmpfloat (prompt->extra[row * WIDTH], ==, named[i].first[j]);
        }
    }
}

/* Rows of a learned word that do not fit are left out; a concept's appended placeholder is kept. */
static void
test_learned_words_are_cut (void)
{
  g_autoptr (GPtrArray) words = make_words ();
  g_autoptr (PzPrompt) prompt = make_with_words ("a photo of 28017_v", 0, words, 7, NULL);
  g_autoptr (PzPrompt) tail = make_with_words ("28017_v 28017_v", 1, words, 7, NULL);
  g_autoptr (PzPrompt) lost = make_with_words ("one two three 28017_v", 0, words, 5, NULL);
  g_autofree char *said = NULL;
  g_autoptr (PzPrompt) next = make_with_words ("28017_v", 0, words, 7, NULL);

  g_assert_cmpuint (prompt->n_cut, ==, 1);
  g_assert_cmpuint (prompt->n_extra, ==, 2);
  g_assert_cmpint (prompt->ids[5], ==, VOCAB + 1);
  g_assert_cmpfloat (prompt->extra[WIDTH], ==, 3003);
  g_assert_cmpuint (prompt->learned->len, ==, 1);
  g_assert_cmpuint (prompt->cut->len, ==, 1);
  said = pz_prompt_describe_cut (lost);
  g_assert_cmpstr (
    said, ==,
    "expected at most 5 tokens, found 8: the last 3 are not read, and with them “28017_v”");
  g_assert_null (pz_prompt_describe_cut (next));
  g_assert_cmpuint (lost->learned->len, ==, 0);
  g_assert_cmpuint (lost->cut->len, ==, 1);
  g_assert_cmpuint (tail->n_extra, ==, WORDS + 4);
  g_assert_cmpint (tail->ids[5], ==, VOCAB);
  g_assert_cmpuint (tail->columns[0], ==, 5);
  g_assert_cmpint (tail->ids[1], ==, VOCAB + WORDS);
  g_assert_cmpuint (next->n_used, ==, 5);
  g_assert_cmpint (next->ids[4], ==, 49407);
}

/* Regression: the name " s" matched the appended placeholder, so the concept had no column. */
static void
test_a_name_ends_like_a_placeholder (void)
{
  g_autoptr (GPtrArray) words =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  g_autoptr (PzPrompt) prompt = NULL;

  g_ptr_array_add (words, make_word (" s", 1, WIDTH, 1000));
  prompt = make_with_words ("a photo", 1, words, 77, NULL);
  g_assert_cmpstr (prompt->text, ==, "a photo S");
  assert_ids (prompt, 5, (gint32[]) { 49406, 320, 1125, VOCAB, 49407 });
  g_assert_cmpuint (prompt->learned->len, ==, 0);
}

static void
test_words_of_another_width (void)
{
  g_autoptr (GPtrArray) words = make_words ();
  g_autoptr (GError) error = NULL;

  g_assert_null (make_with_words ("a Wide road", 0, words, 77, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "“wide” (wide.pt)"));
  g_assert_nonnull (strstr (error->message, "width 3"));
  g_assert_nonnull (strstr (error->message, "found 2"));
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
  g_test_add_func ("/prompt/weights-follow-their-words", test_weights);
  g_test_add_func ("/prompt/without-concepts-s-is-a-letter", test_no_concept);
  g_test_add_func ("/prompt/several-concepts-keep-their-rows-and-columns", test_two_concepts);
  g_test_add_func ("/prompt/a-concept-may-stand-in-several-places", test_two_again);
  g_test_add_func ("/prompt/long-prompts-are-cut-before-the-end-token", test_cut);
  g_test_add_func ("/prompt/tokens-are-counted-without-a-limit", test_count);
  g_test_add_func ("/prompt/concepts-of-different-models-are-refused", test_widths);
  g_test_add_func ("/prompt/a-learned-word-is-found-by-its-name", test_names_of_learned_words);
  g_test_add_func ("/prompt/learned-words-without-room-are-left-out",
                   test_learned_words_are_cut);
  g_test_add_func ("/prompt/a-name-never-covers-a-placeholder",
                   test_a_name_ends_like_a_placeholder);
  g_test_add_func ("/prompt/a-word-for-another-text-encoder-is-refused",
                   test_words_of_another_width);
  result = g_test_run ();
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    pz_concept_unref (concepts[i]);
  pz_tokenizer_free (clip);
  clip_remove_folder (folder);
  g_free (folder);
  return result;
}
