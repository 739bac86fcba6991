/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt's editor, menu and history; what results remember; and what can be done with each.
 */
#include "tests/ui/panel-fixture.h"
#include "ui/prompt-history.h"
#include "ui/prompt-weight.h"
#include "ui/recipe-reader.h"

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
    const char *expected; /* NULL = nothing changes */
    const char *words; /* that start and end are around afterwards */
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
  pz_panel_generate (f->panel);
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
  /* Used, it is no draft any more. */
  pz_panel_generate (f->panel);
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

/* A picture from elsewhere may say anything: what its recipe would become is counted first. */
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

/* ---- a result's own menu ---- */

static void
make_three (PzFixture *f)
{
  g_object_set (f->settings, "seed", 5, "prompt", "a S at sea", NULL);
  pz_fixture_open (f);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
}

static void
test_a_results_seed_and_settings_are_used_again (PzFixture *f, gconstpointer data)
{
  g_autofree char *prompt = NULL;
  gint seed;

  (void) data;
  make_three (f);
  g_object_set (f->settings, "seed", -1, "prompt", "else", NULL);
  pz_fixture_choose (f, "Actions for variant 3", "Use This Seed");
  g_object_get (f->settings, "seed", &seed, NULL);
  g_assert_cmpint (seed, ==, 7);
  pz_fixture_choose (f, "Actions for variant 2", "Reuse Its Settings");
  g_object_get (f->settings, "seed", &seed, "prompt", &prompt, NULL);
  g_assert_cmpint (seed, ==, 6);
  g_assert_cmpstr (prompt, ==, "a S at sea");
}

/* NULL = there is no window of that title. */
static GtkWindow *
find_window (const char *title)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *window = windows; window; window = window->next)
    if (g_strcmp0 (gtk_window_get_title (window->data), title) == 0)
      return window->data;
  return NULL;
}

static void
test_a_result_is_enlarged (PzFixture *f, gconstpointer data)
{
  GtkWindow *window;
  gint width, height;

  (void) data;
  make_three (f);
  pz_fixture_choose (f, "Actions for variant 2", "Enlarge");
  window = find_window ("Variant 2 · seed 6");
  g_assert_nonnull (window);
  g_assert_true (gtk_window_get_transient_for (window) == GTK_WINDOW (f->window));
  pz_fixture_settle ();
  gtk_window_get_size (window, &width, &height);
  g_assert_cmpint (MIN (width, height), >=, 256);
  /* Escape closes it, and nothing else. */
  gtk_test_widget_send_key (gtk_bin_get_child (GTK_BIN (window)), GDK_KEY_Escape, 0);
  PZ_WAIT_UNTIL (!find_window ("Variant 2 · seed 6"));
  g_assert_true (gtk_widget_get_visible (f->window));
}

static gint
top_of (gpointer tile)
{
  gint y = 0;

  gtk_widget_translate_coordinates (tile, gtk_widget_get_toplevel (tile), 0, 0, NULL, &y);
  return y;
}

static void
test_results_lie_in_rows (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  g_object_set (f->settings, "variants", 9, NULL);
  make_three (f);
  pz_fixture_settle ();
  tiles = pz_fixture_toggles (f);
  g_assert_cmpuint (tiles->len, ==, 9);
  g_assert_cmpint (top_of (tiles->pdata[0]), ==, top_of (tiles->pdata[4]));
  g_assert_cmpint (top_of (tiles->pdata[8]), >, top_of (tiles->pdata[0]) + 112);
  /* The first one, which the image shows, is in sight. */
  g_assert_cmpint (top_of (tiles->pdata[0]), >, top_of (pz_fixture_find (f, "Results")));
  pz_fixture_shot (f, "rows");
}

/* Variants of the largest seed count on beyond it: that is said, and never taken for Random or another seed. */
static void
test_a_seed_that_is_too_large_is_said (PzFixture *f, gconstpointer data)
{
  static const char *const actions[] = { "Use This Seed", "Reuse Its Settings",
                                         "More Like This" };
  gint seed, varied;

  (void) data;
  g_object_set (f->settings, "seed", G_MAXINT, NULL);
  pz_fixture_open (f);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_object_set (f->settings, "seed", 4, NULL);
      pz_fixture_choose (f, "Actions for variant 2", actions[i]);
      g_assert_cmpstr (pz_panel_get_status (f->panel), ==,
                       "Seed 2147483648 is larger than 2147483647 and cannot be entered.");
      g_object_get (f->settings, "seed", &seed, "variation-of", &varied, NULL);
      g_assert_cmpint (seed, ==, 4);
      g_assert_cmpint (varied, ==, -1);
      g_assert_false (pz_panel_is_running (f->panel));
    }
  pz_fixture_choose (f, "Actions for variant 1", "Use This Seed");
  g_object_get (f->settings, "seed", &seed, NULL);
  g_assert_cmpint (seed, ==, G_MAXINT);
}

static gboolean
offers_native_size (PzFixture *f)
{
  GtkMenuButton *more = GTK_MENU_BUTTON (pz_fixture_find (f, "Actions for variant 1"));

  return pz_fixture_offers (GTK_WIDGET (gtk_menu_button_get_popover (more)), "Native Size");
}

static void
test_results_get_their_native_size (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "variants", 1, NULL);
  pz_fixture_open (f);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_false (f->fake.native_size);
  g_assert_true (offers_native_size (f));
  pz_fixture_choose (f, "Actions for variant 1", "Native Size");
  g_assert_cmpstr (f->fake.told->pdata[0], ==, "native 0");
  /* Those that have it already do not offer it. */
  g_array_index (f->fake.states, PzHostState, 0) = PZ_HOST_GONE;
  g_object_set (f->settings, "native-size", TRUE, NULL);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (f->fake.native_size);
  g_assert_false (offers_native_size (f));
}

static void
test_more_like_this_makes_new_ones (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_object_set (f->settings, "prompt", "else", NULL);
  pz_fixture_choose (f, "Actions for variant 1", "More Like This");
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 6);
  g_assert_cmpstr (f->fake.prompt, ==, "a S at sea");
  g_assert_cmpuint (pz_fake.last.variation_of, ==, 5);
  g_assert_cmpfloat (pz_fake.last.variation, >, 0);
  /* More of one of those are more of the same. */
  pz_fixture_choose (f, "Actions for variant 2", "More Like This");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.last.variation_of, ==, 6);
  pz_fixture_press (f, "No variations");
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpfloat (pz_fake.last.variation, ==, 0);
}

static void
test_a_result_is_deleted (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  make_three (f);
  pz_fixture_choose (f, "Actions for variant 2", "Delete This Layer");
  g_assert_cmpstr (f->fake.told->pdata[0], ==, "delete 1");
  g_assert_false (pz_fixture_has (f, "Variant 2, seed 6, hidden"));
  /* The others are still what they were. */
  tiles = pz_fixture_toggles (f);
  g_assert_cmpuint (tiles->len, ==, 2);
  gtk_button_clicked (tiles->pdata[1]);
  g_assert_cmpstr (f->fake.told->pdata[1], ==, "show 2");
  /* And the next run counts on. */
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_choose (f, "Actions for variant 2", "Delete This Layer");
  g_assert_cmpstr (f->fake.told->pdata[f->fake.told->len - 1], ==, "delete 4");
}

/* ---- beside the pictures ---- */

static void
test_previews_come_and_can_be_switched_off (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_assert_cmpuint (pz_fake.n_previews, ==, 12);
  g_object_set (f->settings, "preview", FALSE, NULL);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.n_previews, ==, 12);
}

static void
test_comment_and_mark_are_asked_for (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_assert_null (f->fake.comment);
  g_assert_false (f->fake.mark_origin || f->fake.new_image);
  g_object_set (f->settings, "image-comment", TRUE, "mark-origin", TRUE, "target", "new-image",
                NULL);
  pz_panel_generate (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (g_str_has_prefix (f->fake.comment, "a S at sea\nSteps: 4, Sampler: LCM"));
  g_assert_true (f->fake.mark_origin && f->fake.new_image);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  g_test_add_func ("/prompts/weights", test_weights);
  PZ_FIXTURE_ADD ("/prompts/keys-weigh-words", test_keys_weigh_words);
  PZ_FIXTURE_ADD ("/prompts/what-is-cut-off-is-struck-through",
                  test_what_is_cut_off_is_struck_through);
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
  PZ_FIXTURE_ADD ("/results/seed-and-settings-are-used-again",
                  test_a_results_seed_and_settings_are_used_again);
  PZ_FIXTURE_ADD ("/results/one-is-enlarged", test_a_result_is_enlarged);
  PZ_FIXTURE_ADD ("/results/lie-in-rows", test_results_lie_in_rows);
  PZ_FIXTURE_ADD ("/results/a-seed-that-is-too-large-is-said",
                  test_a_seed_that_is_too_large_is_said);
  PZ_FIXTURE_ADD ("/results/they-get-their-native-size", test_results_get_their_native_size);
  PZ_FIXTURE_ADD ("/results/more-like-this-makes-new-ones", test_more_like_this_makes_new_ones);
  PZ_FIXTURE_ADD ("/results/one-is-deleted", test_a_result_is_deleted);
  PZ_FIXTURE_ADD ("/results/previews-come-and-can-be-switched-off",
                  test_previews_come_and_can_be_switched_off);
  PZ_FIXTURE_ADD ("/results/comment-and-mark-are-asked-for",
                  test_comment_and_mark_are_asked_for);
  return g_test_run ();
}
