/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pictures to learn from: their masks, and the people on them.
 */
#include <string.h>

#include "tests/ui/learn-fixture.h"
#include "ui/learning/picture-list.h"

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
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  pz_learn_fixture_fill_in (f);
  pz_fake.finds = TRUE;
  choose_mask (f, DRAWN, "Found Thing");
  choose_mask (f, DRAWN, "Whole Picture");
  g_assert_false (pz_fixture_has (f, DRAWN));
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_false (pz_fake.masked); /* one mask was found, not given */
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
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
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
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
  g_assert_false (pz_learn_fixture_says (f, "Pictures are still being read."));
  g_assert_true (pz_fixture_has (f, "Picture “half.png”, with a mask"));
  /* So is the end of a search whose picture was removed meanwhile. */
  pz_fixture_choose (f, "Picture “half.png”, with a mask", "Found Thing");
  pz_fixture_press (f, "Remove “half.png”");
  g_assert_true (pz_learn_fixture_says (f, "Pictures are still being read."));
  PZ_WAIT_UNTIL (!pz_learn_fixture_says (f, "Pictures are still being read."));
  pz_picture_list_add_file (list, opaque); /* closing the dialog does not wait for it */
}

static void
test_a_file_that_is_no_picture_is_named (PzFixture *f, gconstpointer data)
{
  g_autofree char *broken = g_build_filename (g_get_user_data_dir (), "broken.jpg", NULL);
  PzPictureList *list = NULL;

  (void) data;
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_assert_true (g_file_set_contents (broken, "no picture", -1, NULL));
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  pz_fixture_walk (GTK_WIDGET (f->panel), find_list, &list);
  pz_picture_list_add_file (list, broken);
  wait_for_pictures (f);
  g_assert_cmpstr (
    pz_panel_get_notice (f->panel), ==,
    "“broken.jpg” is damaged, or not a picture in a format that can be read here.");
  g_assert_true (pz_learn_fixture_says (f, "export it as PNG"));
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
  pz_learn_fixture_forget_saved ();
  pz_fixture_open (f);
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  pz_fixture_press (f, "Add Selected Layers");
  choose_method (f, "celeb-basis");
  pz_learn_fixture_type (f, "Name", "Ann");
  g_assert_cmpstr (
    pz_panel_get_hindrance (f->panel), ==,
    "Each picture shows one person: give one name for each, separated by commas.");
  pz_learn_fixture_type (f, "Name", "Ann, Ben");
  g_assert_true (pz_panel_can_act (f->panel));
  g_assert_false (gtk_widget_get_sensitive (pz_fixture_find (f, "Kind of thing")));
  pz_fixture_shot (f, "learn-person");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.n_people, ==, 2);
  pz_fixture_check (f, NULL, "“Ann, Ben” are learned and saved; here they are S1 to S2.", TRUE);
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
  pz_learn_fixture_fill_in (f);
  choose_method (f, "celeb-basis");
  pz_learn_fixture_type (f, "Name", "Ann, Ben");
  pz_fake.learn_error_at = 1;
  pz_fake.learn_error = PZ_ERROR_NO_FACE;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "No face was found", "Ready", TRUE);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/learn-pictures/a-file-that-is-no-picture-is-named",
                  test_a_file_that_is_no_picture_is_named);
  PZ_FIXTURE_ADD ("/learn-pictures/another-mask-can-be-chosen",
                  test_another_mask_can_be_chosen);
  PZ_FIXTURE_ADD ("/learn-pictures/files-have-masks-as-layers-have",
                  test_files_have_masks_as_layers_have);
  PZ_FIXTURE_ADD ("/learn-pictures/people-are-learned-together",
                  test_people_are_learned_together);
  PZ_FIXTURE_ADD ("/learn-pictures/a-picture-without-a-face-is-said",
                  test_a_picture_without_a_face_is_said);
  return g_test_run ();
}
