/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page that learns: nothing that was learned is lost, and what comes of it is used at once.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "models/saved-concepts.h"
#include "tests/ui/panel-fixture.h"

#define LEARN_PAGE 1

static void
find_pages (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_NOTEBOOK (widget))
    *(GtkNotebook **) data = GTK_NOTEBOOK (widget);
}

static GtkNotebook *
pages (PzFixture *f)
{
  GtkNotebook *found = NULL;

  pz_fixture_walk (GTK_WIDGET (f->panel), find_pages, &found);
  return found;
}

static void
type (PzFixture *f, const char *entry, const char *text)
{
  gtk_entry_set_text (GTK_ENTRY (pz_fixture_find (f, entry)), text);
}

/* To the page, with two layers, a name and a kind. */
static void
fill_in (PzFixture *f)
{
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  pz_fixture_press (f, "Add Selected Layers");
  type (f, "Name", "Duck");
  type (f, "Kind of thing", "toy");
  g_assert_true (pz_panel_can_act (f->panel));
}

static guint
n_saved (void)
{
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();

  return saved->len;
}

static void
forget_saved (void)
{
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();

  for (guint i = 0; i < saved->len; i++)
    g_assert_true (g_remove (((PzSavedConcept *) saved->pdata[i])->path) == 0);
}

static guint
n_lessons (void)
{
  g_autofree char *folder =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "learning", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

static void
test_it_says_what_is_missing (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "_Learn");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Add at least one picture.");
  pz_fixture_press (f, "Add Selected Layers");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Give it a name.");
  type (f, "Name", "Duck");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Say what it is: one English word.");
  type (f, "Kind of thing", "toy");
  g_assert_true (pz_panel_can_act (f->panel));
  pz_fixture_press (f, "Remove “fox”");
  pz_fixture_press (f, "Remove “fox”");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Add at least one picture.");
}

static void
test_the_result_is_saved_and_chosen (PzFixture *f, gconstpointer data)
{
  g_auto (GStrv) concepts = NULL;

  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  pz_panel_act (f->panel);
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "Stop");
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "“Duck” is learned and saved; here it is S.", TRUE);
  g_assert_cmpuint (pz_fake.n_learned_from, ==, 2);
  g_assert_true (pz_fake.masked); /* the layers' masks are exact */
  g_assert_cmpint (gtk_notebook_get_current_page (pages (f)), ==, 0);
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[0], ==, "Duck.pzconcept");
  g_assert_null (concepts[1]);
  g_assert_cmpuint (n_saved (), ==, 1);
  g_assert_cmpuint (n_lessons (), ==, 0);
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_concepts, ==, 1);
}

/* In the middle of learning, a step at least was made. */
static void
learn_a_while (PzFixture *f)
{
  pz_fake.step_ms = 50;
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "Step 3 of") != NULL);
}

static void
test_stop_pauses (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  learn_a_while (f);
  pz_panel_stop (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Learning is paused.", TRUE);
  g_assert_cmpuint (n_saved (), ==, 0);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  pz_fixture_check (f, NULL, "“Duck” is learned and saved", TRUE);
  g_assert_cmpuint (n_saved (), ==, 1);
  g_assert_cmpuint (n_lessons (), ==, 0);
}

static void
test_closing_pauses_and_the_next_dialog_goes_on (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  learn_a_while (f);
  pz_fixture_reopen (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Ready", TRUE);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  g_assert_cmpuint (pz_fake.n_learned_from, ==, 2);
  g_assert_cmpuint (n_saved (), ==, 1);
}

static void
test_what_is_discarded_is_not_offered_again (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  fill_in (f);
  learn_a_while (f);
  pz_panel_stop (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_press (f, "Discard");
  g_assert_null (pz_panel_get_notice (f->panel));
  g_assert_cmpuint (n_lessons (), ==, 0);
  pz_fixture_reopen (f);
  g_assert_null (pz_panel_get_notice (f->panel));
}

static void
test_an_error_is_said (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "fake: expected, found", "Ready", TRUE);
  g_assert_cmpuint (n_saved (), ==, 0);
}

static void
count_samples (GtkWidget *widget, gpointer data)
{
  const char *name = atk_object_get_name (gtk_widget_get_accessible (widget));

  if (GTK_IS_IMAGE (widget) && name && g_str_has_prefix (name, "Sample picture after"))
    ++*(guint *) data;
}

static guint
n_samples (PzFixture *f)
{
  guint n = 0;

  pz_fixture_walk (GTK_WIDGET (f->panel), count_samples, &n);
  return n;
}

static void
test_try_it_makes_a_picture_at_once (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  fill_in (f);
  type (f, "Prompt of sample pictures", "");
  learn_a_while (f);
  g_assert_cmpuint (n_samples (f), ==, 0);
  pz_fixture_press (f, "Try It");
  PZ_WAIT_UNTIL (n_samples (f) == 1);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_samples (f), ==, 1);
}

static void
test_samples_come_by_themselves (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  fill_in (f);
  pz_fixture_shot (f, "learn-form");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_samples (f), ==, 4);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  pz_fixture_shot (f, "learn-done");
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/learning/it-says-what-is-missing", test_it_says_what_is_missing);
  PZ_FIXTURE_ADD ("/learning/the-result-is-saved-and-chosen",
                  test_the_result_is_saved_and_chosen);
  PZ_FIXTURE_ADD ("/learning/stop-pauses", test_stop_pauses);
  PZ_FIXTURE_ADD ("/learning/closing-pauses-and-the-next-dialog-goes-on",
                  test_closing_pauses_and_the_next_dialog_goes_on);
  PZ_FIXTURE_ADD ("/learning/what-is-discarded-is-not-offered-again",
                  test_what_is_discarded_is_not_offered_again);
  PZ_FIXTURE_ADD ("/learning/an-error-is-said", test_an_error_is_said);
  PZ_FIXTURE_ADD ("/learning/try-it-makes-a-picture-at-once",
                  test_try_it_makes_a_picture_at_once);
  PZ_FIXTURE_ADD ("/learning/samples-come-by-themselves", test_samples_come_by_themselves);
  return g_test_run ();
}
