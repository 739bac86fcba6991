/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saved concepts beside the layer, or in its place.
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

/* Whether that is written somewhere on the page in sight. */
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
  g_assert_cmpfloat (pz_fake.last.fidelities[0], <, 0); /* as the one for all */
  g_assert_cmpfloat (pz_fake.last.fidelities[1], ==, 0.25);
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

static void
test_they_are_added_and_removed_in_menus (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_auto (GStrv) both = NULL, one = NULL;

  (void) data;
  pz_fixture_open (f);
  pz_fixture_press (f, "Add Concept");
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

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/concepts/alone-it-needs-no-layer", test_alone_it_needs_no_layer);
  PZ_FIXTURE_ADD ("/concepts/the-prompt-says-which-is-left-out",
                  test_the_prompt_says_which_is_left_out);
  PZ_FIXTURE_ADD ("/concepts/each-has-a-fidelity-of-its-own",
                  test_each_has_a_fidelity_of_its_own);
  PZ_FIXTURE_ADD ("/concepts/one-that-is-gone-is-named", test_one_that_is_gone_is_named);
  PZ_FIXTURE_ADD ("/concepts/they-are-added-and-removed-in-menus",
                  test_they_are_added_and_removed_in_menus);
  return g_test_run ();
}
