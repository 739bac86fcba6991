/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel in a plain GTK window, with a fake host and a fake engine.
 */
#include "tests/ui/panel-fixture.h"

static void
test_a_run_adds_all_results_at_once (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  g_object_set (f->settings, "prompt", "a S in the snow", "seed", 5, NULL);
  pz_fixture_open (f);
  g_assert_null (pz_panel_get_hindrance (f->panel));
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_false (pz_panel_can_act (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_calls, ==, 1);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 3);
  g_assert_cmpstr (f->fake.prompt, ==, "a S in the snow");

  tiles = pz_fixture_toggles (f);
  g_assert_cmpuint (tiles->len, ==, 3);
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[0])), ==,
                   "Variant 1, seed 5, shown");
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[1])), ==,
                   "Variant 2, seed 6, hidden");
  /* Showing a variant hides the previous one, so that the user can compare them. */
  gtk_button_clicked (tiles->pdata[1]);
  gtk_button_clicked (tiles->pdata[1]);
  g_assert_cmpuint (f->fake.told->len, ==, 2);
  g_assert_cmpstr (f->fake.told->pdata[0], ==, "show 1");
  g_assert_cmpstr (f->fake.told->pdata[1], ==, "hide 1");
}

/* One letter for each visible tile: S = marked as shown, - = hidden. */
static char *
marks (PzFixture *f)
{
  g_autoptr (GPtrArray) tiles = pz_fixture_toggles (f);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tiles->len; i++)
    {
      const char *name = atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[i]));
      gboolean shown = gtk_toggle_button_get_active (tiles->pdata[i]);

      g_assert_true (g_str_has_suffix (name, shown ? ", shown" : ", hidden"));
      g_string_append_c (text, shown ? 'S' : '-');
    }
  return g_string_free (text, FALSE);
}

#define ASSERT_MARKS(f, expected) \
  do \
    { \
      g_autofree char *found = marks (f); \
      g_assert_cmpstr (found, ==, expected); \
    } \
  while (0)

static void
set_states (PzFixture *f, guint first, guint n, PzHostState state)
{
  for (guint i = first; i < first + n; i++)
    g_array_index (f->fake.states, PzHostState, i) = state;
  pz_fixture_follow ();
}

static void
test_tiles_say_what_the_image_shows (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  pz_fixture_open (f);
  for (guint run = 0; run < 2; run++)
    {
      pz_panel_act (f->panel);
      pz_fixture_wait_idle (f);
    }
  ASSERT_MARKS (f, "---S--");
  tiles = pz_fixture_toggles (f);
  gtk_button_clicked (tiles->pdata[1]); /* in the first run */
  ASSERT_MARKS (f, "-S----");
  /* Changes in the layer list: one more is shown, then none. */
  set_states (f, 5, 1, PZ_HOST_SHOWN);
  ASSERT_MARKS (f, "-S---S");
  set_states (f, 0, 6, PZ_HOST_HIDDEN);
  ASSERT_MARKS (f, "------");
  /* Undo and redo of the second run, then undo of both. */
  set_states (f, 3, 3, PZ_HOST_GONE);
  ASSERT_MARKS (f, "---");
  set_states (f, 3, 1, PZ_HOST_SHOWN);
  ASSERT_MARKS (f, "---S");
  set_states (f, 0, 6, PZ_HOST_GONE);
  ASSERT_MARKS (f, "");
  g_assert_true (pz_fixture_has (f, "Results appear here and as layers in the image."));
}

/* A result that was deleted in the dialog comes back with Undo. After deletion the keyboard focus moves to a neighbouring
 * tile. */
static void
test_an_undone_deletion_brings_the_tile_back (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  tiles = pz_fixture_toggles (f);
  gtk_widget_grab_focus (tiles->pdata[1]);
  pz_fixture_choose (f, "Actions for variant 2", "Delete This Layer");
  ASSERT_MARKS (f, "S-");
  g_assert_true (gtk_widget_is_focus (tiles->pdata[2]));
  set_states (f, 1, 1, PZ_HOST_SHOWN);
  ASSERT_MARKS (f, "SS-");
}

static void
test_stopping_keeps_finished_variants (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.hold_step = 5; /* first step of the second variant */
  g_object_set (f->settings, "variants", 16, NULL);
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (pz_fake.n_variants >= 1);
  pz_panel_stop (f->panel);
  g_assert_true (pz_panel_is_stopping (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_calls, ==, 1);
  g_assert_cmpuint (f->fake.n_results, >=, 1);
  g_assert_cmpuint (f->fake.n_results, <, 16);
  /* The results of the next run are added to the count. */
  g_object_set (f->settings, "variants", 2, NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, f->fake.n_results);
}

static void
test_an_error_keeps_what_was_made (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_GPU_MEMORY;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 1);
  g_assert_true (pz_panel_can_act (f->panel));
}

static void
test_no_model_means_no_generate (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE;
  pz_fixture_open (f);
  g_assert_false (pz_panel_can_act (f->panel));
  g_assert_nonnull (pz_panel_get_hindrance (f->panel));
  pz_panel_act (f->panel);
  g_assert_false (pz_panel_is_running (f->panel));
  /* Choosing another device opens it at once. */
  pz_fake.open_error = -1;
  g_object_set (f->settings, "device", "Fake", NULL);
  PZ_WAIT_UNTIL (pz_panel_can_act (f->panel));
}

static void
test_a_blank_prompt_means_no_generate (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", " \n", NULL);
  g_assert_false (pz_panel_can_act (f->panel));
  g_object_set (f->settings, "prompt", "a S", NULL);
  g_assert_true (pz_panel_can_act (f->panel));
}

static void
test_no_concept_means_no_generate_until_the_whole_layer_is_taken (PzFixture *f,
                                                                  gconstpointer data)
{
  (void) data;
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_fixture_open (f);
  g_assert_false (pz_panel_can_act (f->panel));
  g_object_set (f->settings, "mask-source", "layer", NULL);
  g_assert_cmpstr (f->fake.mask_source, ==, "layer");
  g_assert_true (pz_panel_can_act (f->panel));
}

static void
check_name (GtkWidget *widget, gpointer data)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);
  const char *name = atk_object_get_name (accessible);

  (void) data;
  if (!gtk_widget_get_can_focus (widget) || GTK_IS_SCROLLBAR (widget) || GTK_IS_LABEL (widget))
    return;
  /* The info bar's close button belongs to GTK, which names it by its icon's description. */
  if (gtk_widget_get_ancestor (widget, GTK_TYPE_INFO_BAR) || GTK_IS_POPOVER (widget))
    return;
  if (!name || !*name)
    g_error ("%s %p (buildable %s) has no accessible name", G_OBJECT_TYPE_NAME (widget),
             (void *) widget, gtk_widget_get_name (widget));
}

static void
collect_mnemonic (GtkWidget *widget, gpointer data)
{
  GHashTable *taken = data;
  guint key;

  if (!GTK_IS_LABEL (widget))
    return;
  key = gtk_label_get_mnemonic_keyval (GTK_LABEL (widget));
  if (key == GDK_KEY_VoidSymbol)
    return;
  key = gdk_keyval_to_lower (key);
  g_test_message ("%c: %s", (char) key, gtk_label_get_label (GTK_LABEL (widget)));
  g_assert_false (g_hash_table_contains (taken, GUINT_TO_POINTER (key)));
  g_hash_table_add (taken, GUINT_TO_POINTER (key));
}

static void
test_all_can_be_reached_by_name_and_mnemonic (PzFixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  (void) data;
  /* The frame's mnemonics: Generate, Close, Help, Reset, Save and Load Settings, and OK. */
  for (const char *p = "gchrslo"; *p; p++)
    g_hash_table_add (taken, GUINT_TO_POINTER ((guint) *p));
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_walk (GTK_WIDGET (f->panel), check_name, NULL);
  pz_fixture_walk (GTK_WIDGET (f->panel), collect_mnemonic, taken);
}

static void
press_alt (PzFixture *f, char letter)
{
  g_test_message ("Alt+%c", letter);
  g_assert_true (gtk_window_mnemonic_activate (GTK_WINDOW (f->window), (guint) letter,
                                               GDK_MOD1_MASK));
}

/* Fails unless the focus is in the widget with that name. */
static void
check_focus (PzFixture *f, const char *name)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->window));

  while (focus
         && g_strcmp0 (atk_object_get_name (gtk_widget_get_accessible (focus)), name) != 0)
    focus = gtk_widget_get_parent (focus);
  if (!focus)
    g_error ("the focus is not in %s", name);
}

typedef struct
{
  char letter;
  const char *name; /* name of the widget that gets the focus */
} Mnemonic;

static void
check_mnemonics (PzFixture *f, const Mnemonic *mnemonics, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      press_alt (f, mnemonics[i].letter);
      check_focus (f, mnemonics[i].name);
    }
}

static gint
seed_of (PzFixture *f)
{
  gint seed;

  g_object_get (f->settings, "seed", &seed, NULL);
  return seed;
}

static GtkWidget *
popover_of (PzFixture *f, const char *menu_button)
{
  return GTK_WIDGET (
    gtk_menu_button_get_popover (GTK_MENU_BUTTON (pz_fixture_find (f, menu_button))));
}

static void
test_mnemonics_reach_what_they_name (PzFixture *f, gconstpointer data)
{
  static const Mnemonic outside[] = { { 'p', "Prompt" },
                                      { 'k', "Mask" },
                                      { 'f', "Concept fidelity" },
                                      { 'v', "Variants" },
                                      { 'e', "Seed" } };
  static const Mnemonic inside[] = {
    { 'b', "Number of steps" }, { 'u', "Guidance" }, { 'z', "Size" },
    { 'w', "Words" },           { 'i', "Device" },   { 't', "Negative prompt" }
  };

  (void) data;
  g_object_set (f->settings, "seed", 5, NULL);
  pz_fixture_open (f);
  pz_fixture_settle ();
  check_mnemonics (f, outside, G_N_ELEMENTS (outside));
  /* Mnemonics of buttons activate them. */
  press_alt (f, 'd');
  PZ_WAIT_UNTIL (seed_of (f) == -1);
  press_alt (f, 'n');
  PZ_WAIT_UNTIL (seed_of (f) >= 0);
  press_alt (f, 'x');
  PZ_WAIT_UNTIL (gtk_widget_get_visible (popover_of (f, "Examples")));
  gtk_popover_popdown (GTK_POPOVER (popover_of (f, "Examples")));
  press_alt (f, 'a');
  PZ_WAIT_UNTIL (gtk_widget_get_visible (popover_of (f, "Advanced")));
  pz_fixture_settle ();
  pz_fixture_shot (f, "advanced");
  check_mnemonics (f, inside, G_N_ELEMENTS (inside));
}

static void
collect_words (GtkWidget *widget, gpointer data)
{
  g_autofree char *tooltip = gtk_widget_get_tooltip_text (widget);
  const char *label = GTK_IS_LABEL (widget)    ? gtk_label_get_text (GTK_LABEL (widget))
                      : GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget))
                                               : NULL;

  g_string_append_printf (data, "%s\n%s\n", label ? label : "", tooltip ? tooltip : "");
}

/* Phrases that replaced wordings which first-time users did not understand. */
static void
test_words_are_those_people_understand (PzFixture *f, gconstpointer data)
{
  static const char *const phrases[] = {
    "Surroundings:",
    "lots",
    "Keep finished variants for crash recovery",
    "Save prompts in the image",
    "Label as AI-generated",
    "(Built-in model)",
    "Click to show only this variant.",
    "Actions for this variant",
    "Saved settings, without the prompt, the seed, the model and the concepts",
    "Pick a random seed and keep it",
    "Describe the new picture",
  };
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *prompt = NULL;

  (void) data;
  pz_fixture_open (f);
  g_object_get (f->settings, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "a photo of an S");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_object_set (f->settings, "prompt", "", NULL);
  pz_fixture_walk (GTK_WIDGET (f->panel), collect_words, words);
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (!strstr (words->str, phrases[i]))
      g_error ("nothing on the panel says: %s", phrases[i]);
}

static void
test_closing_during_a_run_waits_for_the_worker (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.hold_step = 1;
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  /* pz_fixture_tear_down () destroys the window during the run. */
}

/* The number is taken over as it is if the button is pressed. */
static void
test_ctrl_enter_takes_a_number_that_is_being_typed (PzFixture *f, gconstpointer data)
{
  GtkWidget *variants;

  (void) data;
  pz_fixture_open (f);
  variants = pz_fixture_find (f, "Variants");
  gtk_widget_grab_focus (variants);
  gtk_entry_set_text (GTK_ENTRY (variants), "2");
  g_assert_true (gtk_test_widget_send_key (variants, GDK_KEY_Return, GDK_CONTROL_MASK));
  PZ_WAIT_UNTIL (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 2);
}

static void
test_the_end_of_a_run_leaves_another_page_alone (PzFixture *f, gconstpointer data)
{
  GtkWidget *search, *pages;

  (void) data;
  pz_fixture_open (f);
  pz_fake.hold_step = 1;
  pz_panel_act (f->panel);
  search = pz_fixture_find (f, "Search concepts");
  pages = gtk_widget_get_ancestor (search, GTK_TYPE_NOTEBOOK);
  gtk_notebook_set_current_page (GTK_NOTEBOOK (pages),
                                 gtk_notebook_get_n_pages (GTK_NOTEBOOK (pages)) - 1);
  gtk_widget_grab_focus (search);
  pz_fake_release ();
  pz_fixture_wait_idle (f);
  pz_fixture_settle ();
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) == search);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/panel/tiles-say-what-the-image-shows", test_tiles_say_what_the_image_shows);
  PZ_FIXTURE_ADD ("/panel/an-undone-deletion-brings-the-tile-back",
                  test_an_undone_deletion_brings_the_tile_back);
  PZ_FIXTURE_ADD ("/panel/a-run-adds-all-results-at-once", test_a_run_adds_all_results_at_once);
  PZ_FIXTURE_ADD ("/panel/stopping-keeps-finished-variants",
                  test_stopping_keeps_finished_variants);
  PZ_FIXTURE_ADD ("/panel/an-error-keeps-what-was-made", test_an_error_keeps_what_was_made);
  PZ_FIXTURE_ADD ("/panel/no-model-means-no-generate", test_no_model_means_no_generate);
  PZ_FIXTURE_ADD ("/panel/a-blank-prompt-means-no-generate",
                  test_a_blank_prompt_means_no_generate);
  PZ_FIXTURE_ADD ("/panel/no-concept-means-no-generate-until-the-whole-layer-is-taken",
                  test_no_concept_means_no_generate_until_the_whole_layer_is_taken);
  PZ_FIXTURE_ADD ("/panel/all-can-be-reached-by-name-and-mnemonic",
                  test_all_can_be_reached_by_name_and_mnemonic);
  PZ_FIXTURE_ADD ("/panel/mnemonics-reach-what-they-name", test_mnemonics_reach_what_they_name);
  PZ_FIXTURE_ADD ("/panel/words-are-those-people-understand",
                  test_words_are_those_people_understand);
  PZ_FIXTURE_ADD ("/panel/ctrl-enter-takes-a-number-that-is-being-typed",
                  test_ctrl_enter_takes_a_number_that_is_being_typed);
  PZ_FIXTURE_ADD ("/panel/the-end-of-a-run-leaves-another-page-alone",
                  test_the_end_of_a_run_leaves_another_page_alone);
  PZ_FIXTURE_ADD ("/panel/closing-during-a-run-waits-for-the-worker",
                  test_closing_during_a_run_waits_for_the_worker);
  return g_test_run ();
}
