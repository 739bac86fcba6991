/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page of saved items: use, search, rename, delete and undo, export, adding files.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/fake-concepts.h"
#include "tests/ui/panel-fixture.h"
#include "ui/concepts/library-edit.h"
#include "ui/concepts/library-list.h"
#include "ui/concepts/library-row.h"
#include "ui/store/removed-file.h"

#define PAGE 2 /* index in the notebook */

static void
remove_all (const char *folder_name)
{
  g_autofree char *folder =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", folder_name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
}

static void
find_list (GtkWidget *widget, gpointer data)
{
  if (PZ_IS_LIBRARY_LIST (widget))
    *(GtkWidget **) data = widget;
}

static PzLibraryList *
list_of (PzFixture *f)
{
  GtkWidget *list = NULL;

  pz_fixture_walk (GTK_WIDGET (f->panel), find_list, &list);
  return PZ_LIBRARY_LIST (list);
}

static void
collect_rows (GtkWidget *widget, gpointer data)
{
  if (PZ_IS_LIBRARY_ROW (widget) && gtk_widget_get_child_visible (widget))
    g_ptr_array_add (data, widget);
}

/* The titles of the visible rows, separated by commas. (transfer full) */
static char *
titles (PzFixture *f)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  pz_fixture_walk (GTK_WIDGET (f->panel), collect_rows, rows);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            pz_library_row_get_item (rows->pdata[i])->title);
  return g_string_free_and_steal (text);
}

static gboolean
is_list (PzFixture *f, const char *expected)
{
  g_autofree char *found = titles (f);

  return g_str_equal (found, expected);
}

static void
wait_for (PzFixture *f, const char *expected)
{
  pz_fixture_settle ();
  PZ_WAIT_UNTIL (is_list (f, expected));
}

static void
select_row (PzFixture *f, const char *title)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  pz_fixture_walk (GTK_WIDGET (f->panel), collect_rows, rows);
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (pz_library_row_get_item (rows->pdata[i])->title, title))
      {
        gtk_list_box_select_row (GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (rows->pdata
                                                                                    [i]))),
                                 rows->pdata[i]);
        return;
      }
  g_error ("there is no row %s", title);
}

static void
show_page (PzFixture *f, gint page)
{
  GtkWidget *tab = gtk_widget_get_ancestor (GTK_WIDGET (list_of (f)), GTK_TYPE_NOTEBOOK);

  gtk_notebook_set_current_page (GTK_NOTEBOOK (tab), page);
  pz_fixture_settle ();
}

static void
open_page (PzFixture *f, const char *expected)
{
  pz_fixture_open (f);
  show_page (f, PAGE);
  wait_for (f, expected);
}

static void
set_up (PzFixture *f, gconstpointer data)
{
  remove_all ("concepts");
  remove_all ("loras");
  remove_all ("embeddings");
  pz_fixture_set_up (f, data);
}

/* ---- tests ---- */

static void
test_empty_says_what_to_do (PzFixture *f, gconstpointer data)
{
  (void) data;
  open_page (f, "");
  g_assert_true (pz_fixture_has (
    f, "Nothing is saved yet.\nTeach a thing on the page Learn, or drop the file of a concept, "
       "a LoRA or a learned word here."));
  g_assert_false (pz_panel_can_act (f->panel));
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "_Use");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "Nothing is selected.");
  pz_fixture_shot (f, "library-empty");
}

static void
test_it_is_used (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep ("cat");
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_auto (GStrv) one = NULL, two = NULL;

  (void) data;
  open_page (f, "cat, duck");
  select_row (f, "duck");
  g_assert_true (pz_panel_can_act (f->panel));
  pz_panel_act (f->panel);
  one = pz_settings_get_concepts (f->settings);
  g_assert_cmpuint (g_strv_length (one), ==, 1); /* replaced the layer, which was the default */
  g_assert_cmpstr (one[0], ==, "duck.pzconcept");
  g_assert_cmpstr (pz_panel_get_action (f->panel), ==, "_Generate");
  g_assert_cmpstr (pz_panel_get_status (f->panel), ==, "“duck” is S in the prompt.");
  show_page (f, PAGE);
  wait_for (f, "cat, duck");
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==,
                   "It is already on the page Generate.");
  select_row (f, "cat");
  pz_panel_act (f->panel);
  two = pz_settings_get_concepts (f->settings);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[1], ==, "cat.pzconcept");
  g_assert_cmpstr (pz_panel_get_status (f->panel), ==, "“cat” is S2 in the prompt.");
}

static void
test_another_models_says_why_not (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep_for ("cat", "another-print", NULL);
  g_autofree char *duck = pz_fake_concept_keep_for ("duck", PZ_FAKE_FINGERPRINT, NULL);

  (void) data;
  open_page (f, "cat, duck");
  select_row (f, "cat");
  g_assert_false (pz_panel_can_act (f->panel));
  g_assert_nonnull (strstr (pz_panel_get_hindrance (f->panel),
                            "Made with another model than fake-model"));
  pz_fixture_shot (f, "library-other-model");
  select_row (f, "duck");
  g_assert_true (pz_panel_can_act (f->panel));
}

static void
write_file (const char *folder, const char *name)
{
  g_autofree char *path =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", folder, NULL);
  g_autofree char *file = g_build_filename (path, name, NULL);

  g_mkdir_with_parents (path, 0700);
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
}

static void
test_words_go_into_the_prompt (PzFixture *f, gconstpointer data)
{
  g_autofree char *prompt = NULL, *again = NULL;

  (void) data;
  write_file ("loras", "ink.safetensors");
  write_file ("embeddings", "moss.pt");
  open_page (f, "moss, ink");
  g_object_set (f->settings, "prompt", "a photo of S ", NULL);
  select_row (f, "ink");
  pz_panel_act (f->panel);
  g_object_get (f->settings, "prompt", &prompt, NULL);
  g_assert_cmpstr (prompt, ==, "a photo of S <lora:ink:1>");
  show_page (f, PAGE);
  wait_for (f, "moss, ink");
  pz_panel_act (f->panel); /* the prompt contains it already */
  show_page (f, PAGE);
  wait_for (f, "moss, ink");
  select_row (f, "moss");
  pz_panel_act (f->panel);
  g_object_get (f->settings, "prompt", &again, NULL);
  g_assert_cmpstr (again, ==, "a photo of S <lora:ink:1> moss");
}

static void
test_search (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep ("cat");
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  GtkEntry *entry;

  (void) data;
  open_page (f, "cat, duck");
  select_row (f, "cat");
  entry = GTK_ENTRY (pz_fixture_find (f, "Search concepts"));
  gtk_entry_set_text (entry, "DU");
  wait_for (f, "duck");
  g_assert_null (pz_library_list_get_selected (list_of (f))); /* the selected row is hidden */
  gtk_entry_set_text (entry, "nothing like it");
  wait_for (f, "");
  g_assert_true (pz_fixture_has (f, "Nothing matches."));
}

static void
rename_to (PzFixture *f, const char *name)
{
  GtkEntry *entry = GTK_ENTRY (pz_fixture_find (f, "New name"));

  gtk_entry_set_text (entry, name);
  g_signal_emit_by_name (entry, "activate");
}

static void
test_it_is_renamed_where_it_is_used (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep ("cat");
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  const char *const used[] = { "duck.pzconcept", NULL };
  g_auto (GStrv) concepts = NULL;

  (void) data;
  g_object_set (f->settings, "concepts", used, NULL);
  open_page (f, "cat, duck");
  select_row (f, "duck");
  rename_to (f, "goose / 1");
  wait_for (f, "cat, goose / 1");
  concepts = pz_settings_get_concepts (f->settings);
  g_assert_cmpstr (concepts[0], ==, "goose - 1.pzconcept"); /* no slash in the file name */
  g_assert_false (g_file_test (duck, G_FILE_TEST_EXISTS));
  g_assert_true (pz_fixture_has (f, "Concept S: goose / 1"));
  g_assert_cmpstr (pz_library_list_get_selected (list_of (f))->title, ==, "goose / 1");
}

/* Its row is hidden then, so that no button may act on it. */
static void
test_renamed_to_what_the_search_does_not_find (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  open_page (f, "duck");
  gtk_entry_set_text (GTK_ENTRY (pz_fixture_find (f, "Search concepts")), "duck");
  select_row (f, "duck");
  rename_to (f, "goose");
  wait_for (f, "");
  g_assert_null (pz_library_list_get_selected (list_of (f)));
}

static void
test_a_name_that_is_taken_is_refused (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep ("cat");
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  open_page (f, "cat, duck");
  select_row (f, "duck");
  rename_to (f, "cat");
  PZ_WAIT_UNTIL (pz_panel_get_notice (f->panel) != NULL);
  g_assert_cmpstr (pz_panel_get_notice (f->panel), ==, "The name “cat” is already taken.");
  g_assert_true (g_file_test (cat, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (duck, G_FILE_TEST_EXISTS));
}

static void
test_it_is_deleted_and_brought_back (PzFixture *f, gconstpointer data)
{
  g_autofree char *cat = pz_fake_concept_keep ("cat");
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  open_page (f, "cat, duck");
  select_row (f, "duck");
  pz_fixture_press (f, "Delete");
  wait_for (f, "cat");
  g_assert_false (g_file_test (duck, G_FILE_TEST_EXISTS));
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "“duck” is"));
  pz_fixture_shot (f, "library-deleted");
  pz_fixture_press (f, "Undo");
  wait_for (f, "cat, duck");
  g_assert_null (pz_panel_get_notice (f->panel));
  g_assert_cmpstr (pz_library_list_get_selected (list_of (f))->title, ==, "duck");
  g_assert_true (g_file_test (duck, G_FILE_TEST_EXISTS));
}

/* Another file has taken the name in the meantime: both are kept. */
static void
test_what_took_its_name_is_kept (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep_for ("duck", NULL, "first");
  g_autofree char *text = NULL;

  (void) data;
  open_page (f, "duck");
  select_row (f, "duck");
  pz_fixture_press (f, "Delete");
  wait_for (f, "");
  g_free (pz_fake_concept_keep_for ("duck", NULL, "second"));
  g_signal_emit_by_name (list_of (f), "undo");
  wait_for (f, "duck");
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "could not be restored"));
  g_assert_true (g_file_get_contents (duck, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "second"));
  g_unlink (duck);
  g_signal_emit_by_name (list_of (f), "undo"); /* the name is free again */
  wait_for (f, "duck");
}

static void
test_one_that_is_gone_says_so (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");

  (void) data;
  open_page (f, "duck");
  select_row (f, "duck");
  g_unlink (duck);
  rename_to (f, "goose");
  PZ_WAIT_UNTIL (pz_panel_get_notice (f->panel) != NULL);
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "“duck” could not be renamed."));
  wait_for (f, "");
}

static void
test_a_file_is_added (PzFixture *f, gconstpointer data)
{
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_autofree char *other = g_build_filename (g_get_user_data_dir (), "duck.pzconcept", NULL);
  g_autofree char *text = g_build_filename (g_get_user_data_dir (), "notes.txt", NULL);

  (void) data;
  g_assert_true (g_file_set_contents (other, "duckling\n\nx", -1, NULL));
  g_assert_true (g_file_set_contents (text, "notes", -1, NULL));
  open_page (f, "duck");
  g_signal_emit_by_name (list_of (f), "dropped", other);
  wait_for (f, "duck, duckling");
  g_assert_true (g_str_has_suffix (pz_library_list_get_selected (list_of (f))->path,
                                   "/duck 2.pzconcept"));
  g_signal_emit_by_name (list_of (f), "dropped", text);
  PZ_WAIT_UNTIL (pz_panel_get_notice (f->panel) != NULL);
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel),
                            "This is not a concept, a LoRA or"));
}

/* ---- without a panel ---- */

/* A file in place of the folder makes writing fail even for root. */
static void
test_nothing_is_left_where_nothing_can_be_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *from = g_build_filename (g_get_user_data_dir (), "new.pzconcept", NULL);
  g_autofree char *folder = pz_concept_folder ();
  g_autofree char *path = NULL;

  remove_all ("concepts");
  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "no folder", -1, NULL));
  g_assert_true (g_file_set_contents (from, "new\n\nx", -1, NULL));
  path = pz_library_import (from, &error);
  g_assert_null (path);
  g_assert_nonnull (strstr (error->message, "“new.pzconcept” could not be added."));
  g_unlink (folder);
}

static void
test_export_says_what_failed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *duck = pz_fake_concept_keep ("duck");
  g_autofree char *to = g_build_filename (g_get_user_data_dir (), "duck.safetensors", NULL);
  g_autofree char *nowhere = g_build_filename (to, "duck.safetensors", NULL);

  g_assert_cmpstr (pz_library_suggest_ending (duck, NULL), ==, ".safetensors");
  g_assert_true (pz_library_export (duck, to, NULL));
  g_assert_true (g_file_test (to, G_FILE_TEST_IS_REGULAR));
  g_assert_false (pz_library_export (duck, nowhere, &error));
  g_assert_nonnull (strstr (error->message, "“duck.safetensors” could not be written."));
  g_unlink (to);
  g_unlink (duck);
}

#define ADD(path, test) g_test_add (path, PzFixture, NULL, set_up, test, pz_fixture_tear_down)

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  ADD ("/library/empty-says-what-to-do", test_empty_says_what_to_do);
  ADD ("/library/it-is-used", test_it_is_used);
  ADD ("/library/another-models-says-why-not", test_another_models_says_why_not);
  ADD ("/library/words-go-into-the-prompt", test_words_go_into_the_prompt);
  ADD ("/library/search", test_search);
  ADD ("/library/it-is-renamed-where-it-is-used", test_it_is_renamed_where_it_is_used);
  ADD ("/library/renamed-to-what-the-search-does-not-find",
       test_renamed_to_what_the_search_does_not_find);
  ADD ("/library/a-name-that-is-taken-is-refused", test_a_name_that_is_taken_is_refused);
  ADD ("/library/it-is-deleted-and-brought-back", test_it_is_deleted_and_brought_back);
  ADD ("/library/what-took-its-name-is-kept", test_what_took_its_name_is_kept);
  ADD ("/library/one-that-is-gone-says-so", test_one_that_is_gone_says_so);
  ADD ("/library/a-file-is-added", test_a_file_is_added);
  g_test_add_func ("/library/nothing-is-left-where-nothing-can-be-written",
                   test_nothing_is_left_where_nothing_can_be_written);
  g_test_add_func ("/library/export-says-what-failed", test_export_says_what_failed);
  return g_test_run ();
}
