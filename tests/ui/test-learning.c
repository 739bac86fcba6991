/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The learning page: no progress is lost, and the result is used at once.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "models/saved-concepts.h"
#include "tests/ui/panel-fixture.h"
#include "ui/learning/picture-list.h"

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

/* Opens the page and fills it in with two layers, a name and a kind. */
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

typedef struct
{
  const char *part;
  gboolean found;
} Line;

static void
find_line (GtkWidget *widget, gpointer data)
{
  Line *line = data;

  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), line->part))
    line->found = TRUE;
}

static gboolean
says (PzFixture *f, const char *part)
{
  Line line = { part, FALSE };

  pz_fixture_walk (GTK_WIDGET (f->panel), find_line, &line);
  return line.found;
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
  PZ_WAIT_UNTIL (
    says (f, "Give it a name.\nNeeds ")); /* also on the page, above the needed memory */
  type (f, "Name", "Duck");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Say what it is: one English word.");
  type (f, "Kind of thing", "toy");
  g_assert_true (pz_panel_can_act (f->panel));
  g_assert_true (says (f, "Needs "));
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
  g_assert_true (pz_fake.masked); /* both layers have exact masks */
  g_assert_cmpint (gtk_notebook_get_current_page (pages (f)), ==, 0);
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[0], ==, "Duck.pzconcept");
  g_assert_null (concepts[1]);
  g_assert_cmpuint (n_saved (), ==, 1);
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
  fill_in (f);
  PZ_WAIT_UNTIL (is_suggested (f, "toy"));
  g_assert_false (is_suggested (f, "vase"));
  type (f, "Kind of thing", "vase");
  PZ_WAIT_UNTIL (says (f, "The model does not know this kind of thing as one word"));
  g_assert_false (pz_panel_can_act (f->panel));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")), "celeb-basis");
  PZ_WAIT_UNTIL (!says (f, "The model does not know")); /* this method does not use the kind */
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")),
                               "cross-initialization-fast");
  type (f, "Kind of thing", "toy");
  PZ_WAIT_UNTIL (pz_panel_can_act (f->panel));
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

/* Buttons of the page Generate are not offered. */
static void
test_a_lost_device_is_learned_on_with (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_fake.learn_error = PZ_ERROR_DEVICE_LOST;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "stopped responding", "Ready", TRUE);
  g_assert_false (pz_fixture_has (f, "Try Again"));
  pz_fake.learn_error_at = 0;
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_saved (), ==, 1);
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
  fill_in (f);
  pz_fixture_shot (f, "learn-form");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (n_samples (f), ==, 4);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  pz_fixture_shot (f, "learn-done");
}

/* ---- masks ---- */

#define DRAWN "Picture “fox”, with a mask"
#define FOUND "Picture “fox”, the thing that was found in it"
#define WHOLE "Picture “fox”, all of it"

static void
wait_for_pictures (PzFixture *f)
{
  PZ_WAIT_UNTIL (g_strcmp0 (pz_panel_get_hindrance (f->panel), "Pictures are still being read.")
                 != 0);
}

/* Changes the mask of the first picture with that accessible name. */
static void
choose_mask (PzFixture *f, const char *picture, const char *mask)
{
  pz_fixture_choose (f, picture, mask);
  wait_for_pictures (f);
}

static void
test_another_mask_can_be_chosen (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  pz_fake.finds = TRUE;
  choose_mask (f, DRAWN, "Found Thing");
  choose_mask (f, DRAWN, "Whole Picture");
  g_assert_false (pz_fixture_has (f, DRAWN));
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_false (pz_fake.masked); /* one mask was found, not given */
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  choose_mask (f, FOUND, "Original Mask");
  choose_mask (f, WHOLE, "Original Mask");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (pz_fake.masked);
}

static void
find_list (GtkWidget *widget, gpointer data)
{
  if (PZ_IS_PICTURE_LIST (widget))
    *(PzPictureList **) data = PZ_PICTURE_LIST (widget);
}

/* Writes a picture file, optionally with a transparent right half. Returns its path. (transfer full) */
static char *
write_picture (const char *name, gboolean transparent)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 32, 24);
  char *path = g_build_filename (g_get_user_data_dir (), name, NULL);

  gdk_pixbuf_fill (pixbuf, 0x804020ff);
  if (transparent)
    {
      g_autoptr (GdkPixbuf) right = gdk_pixbuf_new_subpixbuf (pixbuf, 16, 0, 16, 24);

      gdk_pixbuf_fill (right, 0);
    }
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
  return path;
}

static void
test_files_have_masks_as_layers_have (PzFixture *f, gconstpointer data)
{
  g_autofree char *opaque = write_picture ("opaque.png", FALSE);
  g_autofree char *half = write_picture ("half.png", TRUE);
  PzPictureList *list = NULL;

  (void) data;
  pz_fake.finds = TRUE;
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  pz_fixture_walk (GTK_WIDGET (f->panel), find_list, &list);
  pz_picture_list_add_file (list, opaque);
  pz_picture_list_add_file (list, half);
  pz_picture_list_add_file (list, "/nowhere.png");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Pictures are still being read.");
  wait_for_pictures (f);
  g_assert_true (pz_fixture_has (f, "Picture “opaque.png”, the thing that was found in it"));
  g_assert_true (pz_fixture_has (f, "Picture “half.png”, with a mask"));
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "/nowhere.png"));
  pz_fixture_shot (f, "learn-masks");
  pz_fake.finds = FALSE; /* this is reported, and the mask stays */
  choose_mask (f, "Picture “half.png”, with a mask", "Found Thing");
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "Nothing stands out"));
  g_assert_false (pz_fixture_has (f, "Use Whole Layer")); /* this is for the page Generate */
  g_assert_false (says (f, "Pictures are still being read."));
  g_assert_true (pz_fixture_has (f, "Picture “half.png”, with a mask"));
  /* So is the end of a search whose picture was removed meanwhile. */
  pz_fixture_choose (f, "Picture “half.png”, with a mask", "Found Thing");
  pz_fixture_press (f, "Remove “half.png”");
  g_assert_true (says (f, "Pictures are still being read."));
  PZ_WAIT_UNTIL (!says (f, "Pictures are still being read."));
  pz_picture_list_add_file (list, opaque); /* closing the dialog does not wait for it */
}

/* ---- people ---- */

static void
choose_method (PzFixture *f, const char *method)
{
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pz_fixture_find (f, "Method")), method);
}

static void
test_people_are_learned_together (PzFixture *f, gconstpointer data)
{
  g_auto (GStrv) concepts = NULL;

  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  pz_fixture_press (f, "Add Selected Layers");
  choose_method (f, "celeb-basis");
  type (f, "Name", "Ann");
  g_assert_cmpstr (
    pz_panel_get_hindrance (f->panel), ==,
    "Each picture shows one person: give one name for each, separated by commas.");
  type (f, "Name", "Ann, Ben");
  g_assert_true (pz_panel_can_act (f->panel));
  g_assert_false (gtk_widget_get_sensitive (pz_fixture_find (f, "Kind of thing")));
  pz_fixture_shot (f, "learn-person");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.n_people, ==, 2);
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[0], ==, "Ann.pzconcept");
  g_assert_cmpstr (concepts[1], ==, "Ben.pzconcept");
  pz_fixture_run (f);
  g_assert_cmpuint (pz_fake.n_concepts, ==, 2);
}

static void
test_a_picture_without_a_face_is_said (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  fill_in (f);
  choose_method (f, "celeb-basis");
  type (f, "Name", "Ann, Ben");
  pz_fake.learn_error_at = 1;
  pz_fake.learn_error = PZ_ERROR_NO_FACE;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "No face was found", "Ready", TRUE);
}

/* ---- time and memory ---- */

static void
test_time_and_memory_are_said_before (PzFixture *f, gconstpointer data)
{
  g_autofree char *times =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "learning-times.ini", NULL);

  (void) data;
  g_remove (times); /* of earlier tests */
  pz_fixture_open (f);
  fill_in (f);
  PZ_WAIT_UNTIL (says (f, "Needs 314.6"));
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  gtk_notebook_set_current_page (pages (f), LEARN_PAGE);
  PZ_WAIT_UNTIL (says (f, "Takes about 24 s on this device, and 314.6"));
  choose_method (f, "textual-inversion"); /* assumed to take as long per sample */
  choose_method (f, "celeb-basis"); /* takes its steps for each person */
  PZ_WAIT_UNTIL (says (f, "Takes about 48 s"));
}

/* ---- errors and missing inputs ---- */

static void
test_a_full_disk_loses_nothing (PzFixture *f, gconstpointer data)
{
  (void) data;
  forget_saved ();
  pz_fixture_open (f);
  fill_in (f);
  pz_fake.learn_error_at = 4;
  pz_fake.learn_error = -1;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "The disk is full.", "Ready", TRUE);
  g_assert_cmpuint (n_saved (), ==, 0);
  g_assert_true (pz_fixture_has (f, "Continue Learning")); /* works once there is room */
  pz_fake.learn_error_at = 0;
  pz_fixture_reopen (f);
  pz_fixture_check (f, "Learning “Duck” is paused.", "Ready", TRUE);
  pz_fixture_press (f, "Continue Learning");
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.resumed_at, >=, 2);
  g_assert_cmpuint (n_saved (), ==, 1);
}

/* Learning works on copies of the pictures, so it needs neither the image nor the layers. */
static void
test_it_goes_on_without_image_and_layers (PzFixture *f, gconstpointer data)
{
  const gint errors[] = { PZ_HOST_ERROR_IMAGE_CLOSED, PZ_HOST_ERROR_NO_LAYER };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      forget_saved ();
      f->fake.concept_error = -1;
      if (i == 0)
        pz_fixture_open (f);
      else
        pz_fixture_reopen (f);
      fill_in (f);
      learn_a_while (f);
      f->fake.concept_error = errors[i];
      f->fake.n_selections++; /* the panel notices this change */
      pz_fake_release ();
      pz_fixture_wait_idle (f);
      g_assert_cmpuint (n_saved (), ==, 1);
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
  PZ_FIXTURE_ADD ("/learning/another-mask-can-be-chosen", test_another_mask_can_be_chosen);
  PZ_FIXTURE_ADD ("/learning/files-have-masks-as-layers-have",
                  test_files_have_masks_as_layers_have);
  PZ_FIXTURE_ADD ("/learning/people-are-learned-together", test_people_are_learned_together);
  PZ_FIXTURE_ADD ("/learning/a-picture-without-a-face-is-said",
                  test_a_picture_without_a_face_is_said);
  PZ_FIXTURE_ADD ("/learning/a-full-disk-loses-nothing", test_a_full_disk_loses_nothing);
  PZ_FIXTURE_ADD ("/learning/it-goes-on-without-image-and-layers",
                  test_it_goes_on_without_image_and_layers);
  return g_test_run ();
}
