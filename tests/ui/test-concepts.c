/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saved concepts together with the layer, or instead of it.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/fake-concepts.h"
#include "tests/ui/panel-fixture.h"

static void
choose (PzFixture *f, const char *first, const char *second)
{
  const char *const concepts[] = { first, second, NULL };

  g_object_set (f->settings, "concepts", concepts, NULL);
  pz_fixture_settle ();
}

static void
collect_text (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget))
    g_string_append_printf (data, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
}

/* Whether a visible label of the panel contains the text. */
static gboolean
says (PzFixture *f, const char *text)
{
  g_autoptr (GString) all = g_string_new (NULL);

  pz_fixture_walk (GTK_WIDGET (f->panel), collect_text, all);
  return strstr (all->str, text) != NULL;
}

static void
test_alone_it_needs_no_layer (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_fake.no_mappers = TRUE;
  pz_fixture_open (f);
  g_assert_false (pz_panel_can_act (f->panel));
  choose (f, "duck.pzconcept", NULL);
  pz_fixture_check (f, NULL, "Ready", TRUE);
  g_assert_true (pz_fixture_has (f, "Concept S: duck"));
  pz_fixture_run (f);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_fake.n_concepts, ==, 1);
  g_assert_cmpuint (pz_fake.n_encode, ==, 0);
  choose (f, "layer", NULL);
  g_assert_false (pz_panel_can_act (f->panel));
}

static void
test_memory_counts_what_is_chosen (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  const struct
  {
    const char *first, *second, *prompt, *needs;
  } cases[] = {
    { "layer", NULL, "a photo of S", "needs 1.0" },
    { "layer", "duck.pzconcept", "a photo of S", "needs 1.2" },
    { "layer", "duck.pzconcept", "a photo of S <lora:ink:0.5>", "needs 1.6" },
    { "layer", NULL, "a photo of S <lora:ink:0.5>", "needs 1.4" },
    { "layer", NULL, "a photo of S <", "needs 1.0" },
  };

  (void) data;
  pz_fake.model_bytes = 1000000000;
  pz_fake.saved_bytes = 200000000;
  pz_fake.lora_bytes = 400000000;
  pz_fixture_open (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      choose (f, cases[i].first, cases[i].second);
      g_object_set (f->settings, "prompt", cases[i].prompt, NULL);
      PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), cases[i].needs));
    }
}

static void
test_the_prompt_says_which_is_left_out (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "a photo of S", NULL);
  g_assert_true (says (f, "S stands for the concept."));
  choose (f, "layer", "duck.pzconcept");
  g_assert_true (pz_fixture_has (f, "Concept S1: Active layer"));
  g_assert_true (pz_fixture_has (f, "Concept S2: duck"));
  g_assert_true (says (f, "Not in the prompt: S2; added at the end."));
  g_object_set (f->settings, "prompt", "S1 and S2", NULL);
  g_assert_true (says (f, "S1 to S2 stand for the concepts."));
  g_object_set (f->settings, "prompt", "a beach", NULL);
  g_assert_true (says (f, "Not in the prompt: S1, S2; added at the end."));
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_concepts, ==, 2);
  g_assert_cmpuint (pz_fake.n_encode, ==, 1);
}

static void
test_each_has_a_fidelity_of_its_own (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  GtkRange *scale;

  (void) data;
  pz_fixture_open (f);
  choose (f, "layer", "duck.pzconcept");
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.last.n_fidelities, ==, 0);
  scale = GTK_RANGE (pz_fixture_find (f, "Fidelity of “duck”"));
  gtk_range_set_value (scale, 0.25);
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.last.n_fidelities, ==, 2);
  g_assert_cmpfloat (pz_fake.last.fidelities[0], <, 0); /* the fidelity for all concepts */
  g_assert_cmpfloat (pz_fake.last.fidelities[1], ==, 0.25);
}

static void
test_its_fidelity_follows_the_one_for_all (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  GtkWidget *scale;

  (void) data;
  pz_fixture_open (f);
  choose (f, "layer", "duck.pzconcept");
  scale = pz_fixture_find (f, "Fidelity of “duck”");
  g_object_set (f->settings, "fidelity", 0.3, NULL);
  pz_fixture_press (f, "Concept S2: duck");
  PZ_WAIT_UNTIL (gtk_widget_get_mapped (scale));
  g_assert_cmpfloat_with_epsilon (gtk_range_get_value (GTK_RANGE (scale)), 0.3, 1e-6);
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.last.n_fidelities, ==, 0); /* looking at it changes nothing */
}

static void
test_what_has_no_effect_cannot_be_set (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck"); /* only words */

  (void) data;
  pz_fixture_open (f);
  choose (f, "layer", "duck.pzconcept");
  g_assert_false (gtk_widget_is_sensitive (pz_fixture_find (f, "Fidelity of “duck”")));
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Concept fidelity")));
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Surroundings")));
  choose (f, "duck.pzconcept", NULL);
  PZ_WAIT_UNTIL (!gtk_widget_is_sensitive (pz_fixture_find (f, "Concept fidelity")));
  g_assert_false (gtk_widget_is_sensitive (pz_fixture_find (f, "Surroundings")));
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Advanced")));
  choose (f, "layer", NULL);
  PZ_WAIT_UNTIL (gtk_widget_is_sensitive (pz_fixture_find (f, "Concept fidelity")));
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Surroundings")));
}

static void
test_pressed_again_while_what_is_painted_over_is_read (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  f->fake.n_selections = 1;
  f->fake.hold_start = TRUE;
  g_object_set (f->settings, "target", "selection", NULL);
  pz_fixture_open (f);
  choose (f, "duck.pzconcept", NULL);
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_false (pz_panel_can_act (f->panel));
  pz_panel_act (f->panel);
  pz_fake_host_release (&f->fake);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_calls, ==, 1);
  g_assert_true (f->fake.painted_over);
}

static void
test_another_model_s_error_stays (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_autoptr (GFile) another = g_file_new_for_path ("/another");

  (void) data;
  pz_fake.no_mappers = TRUE;
  pz_fixture_open (f);
  pz_fake.open_error = PZ_ERROR_BAD_FILE;
  g_object_set (f->settings, "model-folder", another, NULL);
  PZ_WAIT_UNTIL (g_str_has_prefix (pz_panel_get_status (f->panel), "Not ready"));
  pz_fixture_check (f, "missing or damaged", "Not ready", FALSE);
  choose (f, "layer", "duck.pzconcept");
  pz_fixture_check (f, "missing or damaged", "Not ready", FALSE);
}

static void
test_one_that_is_gone_is_named (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  pz_fixture_open (f);
  choose (f, "duck.pzconcept", NULL);
  g_unlink (duck);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "The saved concept “duck.pzconcept” is gone.", "Stopped: 0 of 3", TRUE);
}

/* Neither the forecast nor a second run reads it again. The engine keeps its programs for the same object. */
static void
test_one_that_has_not_changed_is_read_once (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  pz_fixture_open (f);
  pz_fake.n_loaded = 0;
  choose (f, "duck.pzconcept", NULL);
  pz_fixture_run (f);
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_loaded, ==, 1);
  g_assert_true (g_file_set_contents (duck, "another duck\n\n", -1, NULL));
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_loaded, ==, 2);
}

static GtkWidget *
menu_of (PzFixture *f)
{
  GtkMenuButton *button = GTK_MENU_BUTTON (pz_fixture_find (f, "Add Concept"));

  return GTK_WIDGET (gtk_menu_button_get_popover (button));
}

static void
open_menu (PzFixture *f)
{
  pz_fixture_press (f, "Add Concept");
}

static gboolean
offers (PzFixture *f, const char *title)
{
  return pz_fixture_offers (menu_of (f), title);
}

typedef struct
{
  const char *title;
  GtkWidget *found;
} Item;

static void
find_item (GtkWidget *widget, gpointer data)
{
  Item *item = data;

  if (GTK_IS_MODEL_BUTTON (widget)
      && g_strcmp0 (atk_object_get_name (gtk_widget_get_accessible (widget)), item->title) == 0)
    item->found = widget;
}

static gboolean
can_be_chosen (PzFixture *f, const char *title)
{
  Item item = { title, NULL };

  pz_fixture_walk (menu_of (f), find_item, &item);
  return item.found && gtk_widget_get_sensitive (item.found);
}

static void
test_they_are_added_and_removed_in_menus (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_autofree char *other =
    pz_fake_concept_keep_for ("fox of another model", "another-print", NULL);
  g_auto (GStrv) both = NULL, one = NULL;

  (void) data;
  pz_fixture_open (f);
  open_menu (f);
  PZ_WAIT_UNTIL (offers (f, "duck") && offers (f, "fox of another model"));
  g_assert_true (can_be_chosen (f, "duck"));
  g_assert_false (can_be_chosen (f, "fox of another model"));
  g_unlink (other);
  pz_fixture_choose (f, "Add Concept", "duck");
  pz_fixture_settle ();
  both = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (both[0], ==, "layer");
  g_assert_cmpstr (both[1], ==, "duck.pzconcept");
  pz_fixture_choose (f, "Concept S1: Active layer", "Remove");
  pz_fixture_settle ();
  one = pz_settings_get_concepts (f->settings);
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  g_assert_cmpstr (one[0], ==, "duck.pzconcept");
}

/* A set, because a walk visits the contents of a popover twice. */
static void
collect_items (GtkWidget *widget, gpointer items)
{
  if (GTK_IS_MODEL_BUTTON (widget) && gtk_widget_get_visible (widget))
    g_hash_table_add (items, widget);
}

static void
find_search (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_SEARCH_ENTRY (widget))
    *(GtkWidget **) data = widget;
}

static void
test_of_hundreds_the_name_finds_one (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) before = pz_saved_concepts_find (); /* saved by other tests */
  g_autofree char *more = g_strdup_printf ("%u more: type a name above", 280 + before->len);
  g_auto (GStrv) concepts = NULL;
  g_autoptr (GHashTable) items = g_hash_table_new (NULL, NULL);
  GtkWidget *search = NULL;

  (void) data;
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *title = g_strdup_printf ("thing %03u", i);

      g_ptr_array_add (kept, pz_fake_concept_keep (title));
    }
  pz_fixture_open (f);
  open_menu (f);
  PZ_WAIT_UNTIL (pz_fixture_has (f, more));
  pz_fixture_walk (menu_of (f), collect_items, items);
  g_assert_cmpuint (g_hash_table_size (items), ==, 21); /* 20 concepts and “Choose File…” */
  pz_fixture_shot (f, "menu-of-hundreds");
  pz_fixture_walk (menu_of (f), find_search, &search);
  gtk_entry_set_text (GTK_ENTRY (search), "THING 27");
  g_assert_true (offers (f, "thing 271"));
  g_assert_false (offers (f, "thing 127"));
  g_assert_false (pz_fixture_has (f, more));
  gtk_entry_set_text (GTK_ENTRY (search), "273");
  gtk_widget_activate (search);
  pz_fixture_settle ();
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[1], ==, "thing 273.pzconcept");
  for (guint i = 0; i < kept->len; i++)
    g_unlink (kept->pdata[i]);
}

/* ---- recipes ---- */

/* Reuses the settings of the first result, and waits until its concepts are chosen. */
static void
recall (PzFixture *f)
{
  g_auto (GStrv) concepts = NULL;

  g_object_set (f->settings, "concepts", NULL, "fidelities", NULL, NULL);
  pz_fixture_choose (f, "Actions for variant 1", "Reuse Its Settings");
  while (!concepts || !concepts[0])
    {
      g_clear_pointer (&concepts, g_strfreev);
      pz_fixture_settle ();
      g_object_get (f->settings, "concepts", &concepts, NULL);
    }
}

/* Runs with the layer and a saved concept. */
static void
make_one (PzFixture *f, const char *saved)
{
  pz_fixture_open (f);
  choose (f, "layer", saved);
  gtk_range_set_value (GTK_RANGE (pz_fixture_find (f, "Fidelity of “duck”")), 0.25);
  pz_fixture_run (f);
}

static void
test_a_recipe_brings_them_back (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_autofree char *moved = pz_saved_concept_free_path ("another name");
  g_auto (GStrv) concepts = NULL;

  (void) data;
  make_one (f, "duck.pzconcept");
  g_assert_cmpint (g_rename (duck, moved), ==, 0); /* the recipe finds it by its hash */
  recall (f);
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpuint (g_strv_length (concepts), ==, 2);
  g_assert_cmpstr (concepts[0], ==, "layer");
  g_assert_cmpstr (concepts[1], ==, "another name.pzconcept");
  g_assert_cmpfloat (pz_settings_get_fidelity (f->settings, 1), ==, 0.25);
  g_assert_null (pz_panel_get_notice (f->panel));
  g_unlink (moved);
}

static void
test_a_recipe_says_which_is_gone (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_auto (GStrv) concepts = NULL;

  (void) data;
  make_one (f, "duck.pzconcept");
  g_unlink (duck);
  recall (f);
  g_assert_cmpstr (pz_panel_get_notice (f->panel), ==,
                   "This result was made with a concept that is gone: “duck”.");
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[1], ==, "duck"); /* so that S2 stays S2 */
  g_assert_true (pz_fixture_has (f, "Concept S2: duck"));
}

static void
test_a_recipe_says_which_is_another (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_auto (GStrv) concepts = NULL;

  (void) data;
  make_one (f, "duck.pzconcept");
  g_free (pz_fake_concept_keep_for ("duck", NULL, "learned anew"));
  recall (f);
  g_assert_cmpstr (pz_panel_get_notice (f->panel), ==,
                   "A concept of this result has changed since then: “duck”.");
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[1], ==, "duck.pzconcept");
}

/* The fake counts a saved concept as one token more than the layer. */
static void
test_all_of_them_are_counted (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "S1 S2", NULL);
  pz_fixture_settle ();
  PZ_WAIT_UNTIL (says (f, "7 of 40"));
  choose (f, "layer", "duck.pzconcept");
  PZ_WAIT_UNTIL (says (f, "8 of 40"));
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/concepts/alone-it-needs-no-layer", test_alone_it_needs_no_layer);
  PZ_FIXTURE_ADD ("/concepts/memory-counts-what-is-chosen", test_memory_counts_what_is_chosen);
  PZ_FIXTURE_ADD ("/concepts/the-prompt-says-which-is-left-out",
                  test_the_prompt_says_which_is_left_out);
  PZ_FIXTURE_ADD ("/concepts/each-has-a-fidelity-of-its-own",
                  test_each_has_a_fidelity_of_its_own);
  PZ_FIXTURE_ADD ("/concepts/its-fidelity-follows-the-one-for-all",
                  test_its_fidelity_follows_the_one_for_all);
  PZ_FIXTURE_ADD ("/concepts/what-has-no-effect-cannot-be-set",
                  test_what_has_no_effect_cannot_be_set);
  PZ_FIXTURE_ADD ("/concepts/pressed-again-while-what-is-painted-over-is-read",
                  test_pressed_again_while_what_is_painted_over_is_read);
  PZ_FIXTURE_ADD ("/concepts/another-model-s-error-stays", test_another_model_s_error_stays);
  PZ_FIXTURE_ADD ("/concepts/one-that-is-gone-is-named", test_one_that_is_gone_is_named);
  PZ_FIXTURE_ADD ("/concepts/one-that-has-not-changed-is-read-once",
                  test_one_that_has_not_changed_is_read_once);
  PZ_FIXTURE_ADD ("/concepts/they-are-added-and-removed-in-menus",
                  test_they_are_added_and_removed_in_menus);
  PZ_FIXTURE_ADD ("/concepts/of-hundreds-the-name-finds-one",
                  test_of_hundreds_the_name_finds_one);
  PZ_FIXTURE_ADD ("/concepts/a-recipe-brings-them-back", test_a_recipe_brings_them_back);
  PZ_FIXTURE_ADD ("/concepts/a-recipe-says-which-is-gone", test_a_recipe_says_which_is_gone);
  PZ_FIXTURE_ADD ("/concepts/a-recipe-says-which-is-another",
                  test_a_recipe_says_which_is_another);
  PZ_FIXTURE_ADD ("/concepts/all-of-them-are-counted", test_all_of_them_are_counted);
  return g_test_run ();
}
