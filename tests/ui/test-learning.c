/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The learning page: no progress is lost, and the result is used at once.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/learn-fixture.h"

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

#define ADVICE "Three to five pictures of one thing are best. Files can be dropped here."

static void
test_it_says_what_is_missing (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "_Learn");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Add at least one picture.");
  g_assert_true (pz_fixture_has (f, ADVICE));
  pz_fixture_press (f, "Add Selected Layers");
  g_assert_false (pz_fixture_has (f, ADVICE));
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Give it a name.");
  PZ_WAIT_UNTIL (pz_learn_fixture_says (
    f, "Give it a name.\nNeeds ")); /* also on the page, above the needed memory */
  pz_learn_fixture_type (f, "Name", "Duck");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Say what it is: one English word.");
  pz_learn_fixture_type (f, "Kind of thing", "toy");
  g_assert_true (pz_panel_can_act (f->panel));
  g_assert_true (pz_learn_fixture_says (f, "Needs "));
  pz_fixture_press (f, "Remove “fox”");
  pz_fixture_press (f, "Remove “fox”");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Add at least one picture.");
}

static void
test_the_result_is_saved_and_chosen (PzFixture *f, gconstpointer data)
{
  g_auto (GStrv) concepts = NULL;

  (void) data;
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_panel_act (f->panel);
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "Stop");
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "“Duck” is learned and saved; here it is S.", TRUE);
  g_assert_cmpuint (pz_fake.n_learned_from, ==, 2);
  g_assert_true (pz_fake.masked); /* both layers have exact masks */
  g_assert_cmpint (gtk_notebook_get_current_page (pz_learn_fixture_pages (f)), ==, 0);
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[0], ==, "Duck.pzconcept");
  g_assert_null (concepts[1]);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
  g_assert_cmpuint (n_lessons (), ==, 0);
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_concepts, ==, 1);
}

static gboolean
is_suggested (PzFixture *f, const char *word)
{
  GtkEntry *entry = GTK_ENTRY (pz_fixture_find (f, "Kind of thing"));
  GtkTreeModel *words = gtk_entry_completion_get_model (gtk_entry_get_completion (entry));
  GtkTreeIter iter;

  for (gboolean any = gtk_tree_model_get_iter_first (words, &iter); any;
       any = gtk_tree_model_iter_next (words, &iter))
    {
      g_autofree char *found = NULL;

      gtk_tree_model_get (words, &iter, 0, &found, -1);
      if (g_str_equal (found, word))
        return TRUE;
    }
  return FALSE;
}

static void
test_kinds_are_words_that_the_model_knows (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")),
                               "cross-initialization-fast");
  PZ_WAIT_UNTIL (is_suggested (f, "toy"));
  g_assert_false (is_suggested (f, "vase"));
  pz_learn_fixture_type (f, "Kind of thing", "vase");
  PZ_WAIT_UNTIL (
    pz_learn_fixture_says (f, "The model does not know this kind of thing as one word"));
  g_assert_false (pz_panel_can_act (f->panel));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")), "celeb-basis");
  PZ_WAIT_UNTIL (!pz_learn_fixture_says (
    f, "The model does not know")); /* this method does not use the kind */
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")),
                               "cross-initialization-fast");
  pz_learn_fixture_type (f, "Kind of thing", "toy");
  PZ_WAIT_UNTIL (pz_panel_can_act (f->panel));
}

static const char *
chosen_method (PzFixture *f)
{
  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")));
}

/* path: of the model, NULL = the default. */
static void
open_model (PzFixture *f, const char *path, gboolean no_mappers)
{
  g_autoptr (GFile) file = path ? g_file_new_for_path (path) : NULL;
  const guint n = pz_fake.n_open;

  pz_fake.no_mappers = no_mappers;
  g_object_set (f->settings, "model-folder", file, NULL);
  PZ_WAIT_UNTIL (pz_fake.n_open > n);
  pz_fixture_wait_idle (f);
}

static void
test_the_method_suits_the_model (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_assert_cmpstr (chosen_method (f), ==, "elite-refine");
  open_model (f, "/another", TRUE);
  g_assert_cmpstr (chosen_method (f), ==, "cross-initialization-fast");
  open_model (f, NULL, FALSE);
  g_assert_cmpstr (chosen_method (f), ==, "elite-refine");
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")), "celeb-basis");
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")), "elite-refine");
  pz_learn_fixture_fill_in (f);
  open_model (f, "/another",
              TRUE); /* what the user chose stays, and the page says what is wrong */
  g_assert_cmpstr (chosen_method (f), ==, "elite-refine");
  g_assert_false (pz_panel_can_act (f->panel));
  g_assert_true (pz_learn_fixture_says (f, "This method needs a model with ELITE's mappers"));
}

/* Starts learning and holds it after at least one step. */
static void
learn_a_while (PzFixture *f)
{
  pz_fake.hold_step = 4;
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "Step 3 of") != NULL);
}

static void
test_stop_pauses (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  learn_a_while (f);
  pz_panel_stop (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Learning is paused.", TRUE);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 0);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  pz_fixture_check (f, NULL, "“Duck” is learned and saved", TRUE);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
  g_assert_cmpuint (n_lessons (), ==, 0);
}

static void
test_closing_pauses_and_the_next_dialog_goes_on (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  learn_a_while (f);
  pz_fixture_reopen (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Ready", TRUE);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  g_assert_cmpuint (pz_fake.n_learned_from, ==, 2);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
}

static void
test_what_is_discarded_is_not_offered_again (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
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
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "fake: expected, found", "Ready", TRUE);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 0);
}

/* Buttons of the page Generate are not offered. */
static void
test_a_lost_device_is_learned_on_with (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_fake.learn_error = PZ_ERROR_DEVICE_LOST;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "stopped responding", "Ready", TRUE);
  g_assert_false (pz_fixture_has (f, "Try Again"));
  pz_fake.learn_error_at = 0;
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
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
  pz_learn_fixture_fill_in (f);
  pz_learn_fixture_type (f, "Prompt of sample pictures", "");
  learn_a_while (f);
  g_assert_cmpuint (n_samples (f), ==, 0);
  pz_fixture_press (f, "Try It");
  g_atomic_int_set (&pz_fake.hold_step, 6);
  PZ_WAIT_UNTIL (n_samples (f) == 1);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fake_release ();
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_samples (f), ==, 1);
}

static void
test_samples_come_by_themselves (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_fixture_shot (f, "learn-form");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_samples (f), ==, 4);
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  pz_fixture_shot (f, "learn-done");
}

/* ---- time and memory ---- */

static void
test_time_and_memory_are_said_before (PzFixture *f, gconstpointer data)
{
  g_autofree char *times =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "learning-times.ini", NULL);

  GtkComboBox *method;

  (void) data;
  g_remove (times); /* of earlier tests */
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  PZ_WAIT_UNTIL (pz_learn_fixture_says (f, "Needs 314.6"));
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  PZ_WAIT_UNTIL (pz_learn_fixture_says (f, "Takes about 24 s on this device, and 314.6"));
  method = GTK_COMBO_BOX (pz_fixture_find (f, "Method"));
  gtk_combo_box_set_active_id (method,
                               "textual-inversion"); /* assumed to take as long per sample */
  gtk_combo_box_set_active_id (method, "celeb-basis"); /* takes its steps for each person */
  PZ_WAIT_UNTIL (pz_learn_fixture_says (f, "Takes about 48 s"));
}

/* ---- errors and missing inputs ---- */

static void
test_a_full_disk_loses_nothing (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_fake.learn_error = -1;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "The disk is full.", "Ready", TRUE);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 0);
  g_assert_true (pz_fixture_has (f, "Continue Learning")); /* works once there is room */
  pz_fake.learn_error_at = 0;
  pz_fixture_reopen (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Ready", TRUE);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
}

/* Learning works on copies of the pictures, so it needs neither the image nor the layers. */
static void
test_it_goes_on_without_image_and_layers (PzFixture *f, gconstpointer data)
{
  const gint errors[] = { PZ_HOST_ERROR_IMAGE_CLOSED, PZ_HOST_ERROR_NO_LAYER };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      pz_learn_fixture_forget_saved ();
      f->fake.concept_error = -1;
      if (i == 0)
        pz_fixture_open (f);
      else
        pz_fixture_reopen (f);
      pz_learn_fixture_fill_in (f);
      learn_a_while (f);
      f->fake.concept_error = errors[i];
      f->fake.n_selections++; /* the panel notices this change */
      pz_fake_release ();
      pz_fixture_wait_idle (f);
      g_assert_cmpuint (pz_learn_fixture_n_saved (), ==, 1);
      g_assert_nonnull (strstr (pz_panel_get_status (f->panel), "is learned and saved"));
    }
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/learning/it-says-what-is-missing", test_it_says_what_is_missing);
  PZ_FIXTURE_ADD ("/learning/kinds-are-words-that-the-model-knows",
                  test_kinds_are_words_that_the_model_knows);
  PZ_FIXTURE_ADD ("/learning/the-method-suits-the-model", test_the_method_suits_the_model);
  PZ_FIXTURE_ADD ("/learning/the-result-is-saved-and-chosen",
                  test_the_result_is_saved_and_chosen);
  PZ_FIXTURE_ADD ("/learning/stop-pauses", test_stop_pauses);
  PZ_FIXTURE_ADD ("/learning/closing-pauses-and-the-next-dialog-goes-on",
                  test_closing_pauses_and_the_next_dialog_goes_on);
  PZ_FIXTURE_ADD ("/learning/what-is-discarded-is-not-offered-again",
                  test_what_is_discarded_is_not_offered_again);
  PZ_FIXTURE_ADD ("/learning/an-error-is-said", test_an_error_is_said);
  PZ_FIXTURE_ADD ("/learning/a-lost-device-is-learned-on-with",
                  test_a_lost_device_is_learned_on_with);
  PZ_FIXTURE_ADD ("/learning/try-it-makes-a-picture-at-once",
                  test_try_it_makes_a_picture_at_once);
  PZ_FIXTURE_ADD ("/learning/samples-come-by-themselves", test_samples_come_by_themselves);
  PZ_FIXTURE_ADD ("/learning/time-and-memory-are-said-before",
                  test_time_and_memory_are_said_before);
  PZ_FIXTURE_ADD ("/learning/a-full-disk-loses-nothing", test_a_full_disk_loses_nothing);
  PZ_FIXTURE_ADD ("/learning/it-goes-on-without-image-and-layers",
                  test_it_goes_on_without_image_and_layers);
  return g_test_run ();
}
