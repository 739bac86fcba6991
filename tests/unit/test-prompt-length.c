/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number of tokens of a prompt with several concepts, before any of them is encoded.
 */
#include "models/tasks/prompt-length.h"
#include "tests/unit/small-model.h"

/* n_tokens: begin, words of the prompt, rows or words of each concept, end. */
static const struct
{
  const char *prompt;
  PzWords words;
  guint n_concepts;
  PzConceptSize concepts[2];
  guint n_tokens;
} cases[] = {
  { "a S", PZ_WORDS_PRIMARY, 1, { { 5, TRUE, NULL } }, 4 },
  { "a S", PZ_WORDS_ALL, 1, { { 5, TRUE, NULL } }, 8 },
  { "a S", PZ_WORDS_PRIMARY, 1, { { 3, FALSE, NULL } }, 6 },
  { "a S", PZ_WORDS_PRIMARY, 1, { { 0, FALSE, "a a" } }, 5 },
  { "a S1 a S2", PZ_WORDS_PRIMARY, 2, { { 5, TRUE, NULL }, { 3, FALSE, NULL } }, 8 },
  { "a S1 a S2 S2", PZ_WORDS_PRIMARY, 2, { { 5, TRUE, NULL }, { 3, FALSE, NULL } }, 11 },
  { "a S1",
    PZ_WORDS_PRIMARY,
    2,
    { { 5, TRUE, NULL }, { 3, FALSE, NULL } },
    7 }, /* S2 is appended */
};

static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) model =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, 0, &error);
  g_autoptr (PzWordShelf) shelf = pz_word_shelf_new (fixture->model, NULL);

  (void) data;
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PzPromptLength length;

      pz_prompt_measure (model, shelf, cases[i].prompt, cases[i].words, cases[i].concepts,
                         cases[i].n_concepts, &length);
      g_test_message ("%u: %s", i, cases[i].prompt);
      g_assert_cmpuint (length.n_tokens, ==, cases[i].n_tokens);
    }
}

static void
test_a_layers_concept (void)
{
  g_assert_cmpuint (pz_layer_concept_size.n_words, >, 1);
  g_assert_true (pz_layer_concept_size.has_local);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/prompt-length/several-concepts", Fixture, NULL, set_up, test_lengths,
              tear_down);
  g_test_add_func ("/prompt-length/a-layers-concept", test_a_layers_concept);
  return g_test_run ();
}
