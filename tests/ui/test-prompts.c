/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt's editor, menu and history, and prompts from recipes.
 */
#include "tests/ui/panel-fixture.h"
#include "ui/prompt/prompt-history.h"
#include "ui/prompt/prompt-weight.h"
#include "ui/results/recipe-reader.h"

#define RECIPE \
  "{\"schema\":1,\"software\":\"gimp-personalize 9\",\"model\":\"some\"," \
  "\"model_fingerprint\":\"0123456789abcdef\",\"prompt\":\"a S at night\",\"negative_prompt\":\"blur\",\"seed\":77," \
  "\"steps\":9,\"guidance\":2.5,\"fidelity\":0.6,\"words\":\"all\",\"sampler\":\"lcm\",\"width\":128,\"height\":96}"

/* ---- weights ---- */

static void
test_weights (void)
{
  static const struct
  {
    const char *text;
    gsize start, end;
    gint steps;
    const char *expected; /* NULL = no change */
    const char *words; /* between start and end afterwards */
  } cases[] = {
    { "a S on a beach", 10, 10, 1, "a S on a (beach:1.1)", "beach" },
    { "a (S:1.1) here", 3, 3, 1, "a (S:1.2) here", "S" },
    { "a (S:1.1) here", 3, 4, -1, "a S here", "S" },
    { "a S here", 2, 3, -1, "a (S:0.9) here", "S" },
    { "a deep blue sea", 2, 11, 2, "a (deep blue:1.2) sea", "deep blue" },
    { "a (deep blue:1.2) sea", 4, 4, -3, "a (deep blue:0.9) sea", "deep blue" },
    { "größer", 0, 0, 1, "(größer:1.1)", "größer" },
    { "(x:2.0)", 1, 1, 1, NULL, NULL },
    { "(x:0.1)", 1, 1, -1, NULL, NULL },
    { "a  b", 2, 2, 1, NULL, NULL },
    { "", 0, 0, 1, NULL, NULL },
    { "(a) b", 4, 4, 1, "(a) (b:1.1)", "b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize start = cases[i].start, end = cases[i].end;
      g_autofree char *weighed = pz_prompt_weigh (cases[i].text, &start, &end, cases[i].steps);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (weighed, ==, cases[i].expected);
      if (weighed)
        {
          g_autofree char *words = g_strndup (weighed + start, end - start);

          g_assert_cmpstr (words, ==, cases[i].words);
        }
    }
}

static void
test_keys_weigh_words (PzFixture *f, gconstpointer data)
{
  GtkWidget *editor;
  g_autofree char *prompt = NULL, *back = NULL;

  (void) data;
  g_object_set (f->settings, "prompt", "a S at sea", NULL);
  pz_fixture_open (f);
  pz_panel_focus (f->panel);
  editor = pz_fixture_find (f, "Prompt");
  gtk_test_widget_send_key (editor, GDK_KEY_Up, GDK_CONTROL_MASK);
  gtk_test_widget_send_key (editor, GDK_KEY_Up, GDK_CONTROL_MASK);
  pz_fixture_settle ();
  g_object_get (f->settings, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "a S at (sea:1.2)");
  gtk_test_widget_send_key (editor, GDK_KEY_Down, GDK_CONTROL_MASK);
  gtk_test_widget_send_key (editor, GDK_KEY_Down, GDK_CONTROL_MASK);
  pz_fixture_settle ();
  g_object_get (f->settings, "prompt", &back, NULL);
  g_assert_cmpstr (back, ==, "a S at sea");
}

/* ---- length ---- */

static gboolean
is_struck (PzFixture *f, gint at)
{
  GtkTextBuffer *buffer =
    gtk_text_view_get_buffer (GTK_TEXT_VIEW (pz_fixture_find (f, "Prompt")));
  GtkTextIter iter;
  gboolean struck = FALSE;

  gtk_text_buffer_get_iter_at_offset (buffer, &iter, at);
  for (g_autoptr (GSList) tags = gtk_text_iter_get_tags (&iter); tags && !struck;
       tags = g_slist_delete_link (tags, tags))
    g_object_get (tags->data, "strikethrough", &struck, NULL);
  return struck;
}

static void
test_what_is_cut_off_is_struck_through (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "prompt", "a S", NULL);
  pz_fixture_open (f);
  PZ_WAIT_UNTIL (pz_fixture_has (f, "5 of 40 tokens · S stands for the concept."));
  g_object_set (f->settings, "prompt",
                "a S on a long and sandy beach with many, many shells and a boat", NULL);
  PZ_WAIT_UNTIL (pz_fixture_has (f, "65 of 40 tokens · Crossed-out text is ignored."));
  g_assert_false (is_struck (f, 37));
  g_assert_true (is_struck (f, 38));
  pz_fixture_shot (f, "prompt-too-long");
  g_object_set (f->settings, "prompt", "no concept", NULL);
  PZ_WAIT_UNTIL (pz_fixture_has (
    f, "12 of 40 tokens · There is no S in the prompt; it is added at the end."));
  pz_fixture_shot (f, "prompt-without-s");
}

static void
test_what_was_not_read_is_said (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "prompt",
                "a S on a long and sandy beach with many, many shells and a boat", NULL);
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpstr (pz_panel_get_notice (f->panel), ==,
                   "Parts of this run may not be as you expect.");
  g_assert_true (
    pz_fixture_has (f, "The prompt is longer than the model can read: its end was left out.\n"
                       "Some layers of a LoRA are not in this model and have no effect."));
  g_assert_true (pz_fixture_has (f, "prompt: fake: expected fewer words\nfake: another note"));
  pz_fixture_shot (f, "prompt-cut");
  g_object_set (f->settings, "prompt", "a S on a beach", NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_null (pz_panel_get_notice (f->panel));
}

/* ---- history ---- */

static void
test_the_history_has_twenty_prompts (void)
{
  g_auto (GStrv) list = NULL, none = NULL;

  pz_prompt_history_forget ();
  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("a S; number %u\nin two lines", i);

      pz_prompt_history_add (prompt);
    }
  pz_prompt_history_add ("a S; number 20\nin two lines");
  list = pz_prompt_history_list ();
  g_assert_cmpuint (g_strv_length (list), ==, PZ_HISTORY_LENGTH);
  g_assert_cmpstr (list[0], ==, "a S; number 20\nin two lines");
  g_assert_cmpstr (list[1], ==, "a S; number 24\nin two lines");
  g_assert_cmpstr (list[19], ==, "a S; number 5\nin two lines");
  pz_prompt_history_forget ();
  none = pz_prompt_history_list ();
  g_assert_null (none[0]);
}

static char *
prompt_of (PzFixture *f)
{
  char *prompt;

  g_object_get (f->settings, "prompt", &prompt, NULL);
  return prompt;
}

static void
test_used_prompts_come_back (PzFixture *f, gconstpointer data)
{
  g_autofree char *recent = NULL, *example = NULL;

  (void) data;
  pz_prompt_history_forget ();
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "a S in a boat", NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_choose (f, "Examples", "an S in the snow");
  example = prompt_of (f);
  g_assert_cmpstr (example, ==, "an S in the snow");
  pz_fixture_choose (f, "Examples", "a S in a boat");
  recent = prompt_of (f);
  g_assert_cmpstr (recent, ==, "a S in a boat");
  pz_fixture_choose (f, "Examples", "Forget Prompts in This Image");
  g_assert_cmpuint (f->fake.n_forgotten, ==, 1);
  pz_fixture_choose (f, "Examples", "Forget Recent Prompts");
  g_assert_cmpstr (pz_panel_get_status (f->panel), ==, "The recent prompts are forgotten.");
}

static void
test_an_unused_prompt_survives_closing (PzFixture *f, gconstpointer data)
{
  g_autofree char *draft = NULL, *used = NULL;

  (void) data;
  pz_prompt_history_forget ();
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "a S half wri", NULL);
  gtk_widget_destroy (GTK_WIDGET (f->panel));
  g_object_set (f->settings, "prompt", PZ_SETTINGS_PROMPT, NULL);
  pz_fixture_open (f);
  draft = prompt_of (f);
  g_assert_cmpstr (draft, ==, "a S half wri");
  /* A prompt that was used is no longer a draft. */
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  gtk_widget_destroy (GTK_WIDGET (f->panel));
  g_object_set (f->settings, "prompt", PZ_SETTINGS_PROMPT, NULL);
  pz_fixture_open (f);
  used = prompt_of (f);
  g_assert_cmpstr (used, ==, PZ_SETTINGS_PROMPT);
}

/* ---- recipes ---- */

static void
test_a_recipe_becomes_text (void)
{
  g_autoptr (PzRecipeReader) reader = pz_recipe_reader_new (RECIPE, NULL);
  g_autofree char *text = pz_recipe_reader_to_text (reader);

  g_assert_cmpstr (text, ==,
                   "a S at night\nNegative prompt: blur\n"
                   "Steps: 9, Sampler: LCM, CFG scale: 2.5, Seed: 77, Size: 128x96, "
                   "Model hash: 0123456789, Model: some, Version: gimp-personalize 9");
}

static void
test_broken_recipes_are_refused (void)
{
  static const char *const broken[] = { "", "[]", "{}", "{\"schema\":2}",
                                        "{\"schema\":\"1\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pz_recipe_reader_new (broken[i], &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
    }
}

/* A picture from elsewhere may contain anything, so the values of its recipe are counted before it is parsed. */
static void
test_an_endless_recipe_is_refused (void)
{
  g_autoptr (GString) recipe = g_string_new ("{\"schema\": 1, \"prompt\": \"a\", \"more\": [0");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000 * 1000; i++)
    g_string_append (recipe, ",0");
  g_string_append (recipe, "]}");
  g_assert_null (pz_recipe_reader_new (recipe->str, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
}

static void
test_settings_of_the_active_layer_are_reused (PzFixture *f, gconstpointer data)
{
  g_autoptr (PzSnapshot) snapshot = NULL;

  (void) data;
  pz_fixture_open (f);
  pz_fixture_choose (f, "Examples", "Reuse Settings of the Active Layer");
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "was not made with"));
  pz_fixture_shot (f, "no-recipe");
  f->fake.recipe = RECIPE;
  pz_fixture_choose (f, "Examples", "Reuse Settings of the Active Layer");
  g_assert_null (pz_panel_get_notice (f->panel));
  snapshot = pz_settings_snapshot (f->settings);
  g_assert_cmpstr (snapshot->params.prompt, ==, "a S at night");
  g_assert_cmpstr (snapshot->params.negative_prompt, ==, "blur");
  g_assert_cmpuint (snapshot->params.seed, ==, 77);
  g_assert_cmpuint (snapshot->params.steps, ==, 9);
  g_assert_cmpfloat (snapshot->params.guidance, ==, 2.5);
  g_assert_cmpfloat (snapshot->params.fidelity, ==, 0.6);
  g_assert_cmpint (snapshot->params.words, ==, PZ_WORDS_ALL);
  g_assert_cmpuint (snapshot->params.width, ==, 128);
  g_assert_cmpuint (snapshot->params.height, ==, 96);
}

static void
test_values_out_of_range_are_left_out (PzFixture *f, gconstpointer data)
{
  gint steps, seed;

  (void) data;
  f->fake.recipe = "{\"schema\":1,\"steps\":5000,\"seed\":\"many\",\"prompt\":7}";
  pz_fixture_open (f);
  pz_fixture_choose (f, "Examples", "Reuse Settings of the Active Layer");
  g_object_get (f->settings, "steps", &steps, "seed", &seed, NULL);
  g_assert_cmpint (steps, ==, 0);
  g_assert_cmpint (seed, ==, -1);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  g_test_add_func ("/prompts/weights", test_weights);
  PZ_FIXTURE_ADD ("/prompts/keys-weigh-words", test_keys_weigh_words);
  PZ_FIXTURE_ADD ("/prompts/what-is-cut-off-is-struck-through",
                  test_what_is_cut_off_is_struck_through);
  PZ_FIXTURE_ADD ("/prompts/what-a-run-did-not-read-is-said", test_what_was_not_read_is_said);
  g_test_add_func ("/prompts/the-history-has-twenty", test_the_history_has_twenty_prompts);
  PZ_FIXTURE_ADD ("/prompts/used-ones-come-back", test_used_prompts_come_back);
  PZ_FIXTURE_ADD ("/prompts/an-unused-one-survives-closing",
                  test_an_unused_prompt_survives_closing);
  g_test_add_func ("/recipes/become-text", test_a_recipe_becomes_text);
  g_test_add_func ("/recipes/one-of-a-million-values-is-refused",
                   test_an_endless_recipe_is_refused);
  g_test_add_func ("/recipes/broken-ones-are-refused", test_broken_recipes_are_refused);
  PZ_FIXTURE_ADD ("/recipes/of-the-active-layer-are-reused",
                  test_settings_of_the_active_layer_are_reused);
  PZ_FIXTURE_ADD ("/recipes/values-out-of-range-are-left-out",
                  test_values_out_of_range_are_left_out);
  return g_test_run ();
}
