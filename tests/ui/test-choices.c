/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dialog's presets, comments in prompts, sizes, room, painting over, turns, and the choice of models and devices.
 */
#include <glib/gstdio.h>

#include <math.h>

#include "tests/ui/panel-fixture.h"
#include "ui/model/model-needs.h"
#include "ui/model/model-verify.h"
#include "ui/store/presets.h"
#include "ui/prompt/prompt-comment.h"
#include "ui/thumbnail.h"
#include "ui/jobs/turn.h"

static void
test_comments (void)
{
  static const struct
  {
    const char *prompt, *blanked, *read;
  } cases[] = {
    { "a S", "a S", "a S" },
    { "a S # one", "a S      ", "a S" },
    { "# one\na S\n  # two\nat sea", "     \na S\n       \nat sea", "a S\nat sea" },
    { "a S#1 at sea", "a S#1 at sea", "a S#1 at sea" },
    { "#", " ", "" },
    { "a S #größer", "a S          ", "a S" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *blanked = pz_prompt_blank_comments (cases[i].prompt);
      g_autofree char *read = pz_prompt_without_comments (cases[i].prompt);

      g_assert_cmpstr (blanked, ==, cases[i].blanked);
      g_assert_cmpstr (read, ==, cases[i].read);
    }
}

static void
test_a_prompt_of_comments_is_blank (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "prompt", "# S, later", NULL);
  pz_fixture_open (f);
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "The prompt is empty.");
  g_object_set (f->settings, "prompt", "at sea # S", NULL);
  g_assert_true (pz_panel_can_act (f->panel));
  PZ_WAIT_UNTIL (pz_fixture_has (
    f, "12 of 40 tokens · There is no S in the prompt; it is added at the end."));
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpstr (f->fake.prompt, ==, "at sea");
}

static void
save_preset (PzFixture *f, const char *name)
{
  pz_fixture_choose (f, "Presets", "Save These Settings");
  gtk_entry_set_text (GTK_ENTRY (pz_fixture_find (f, "Name of the preset")), name);
  pz_fixture_press (f, "Save");
}

static void
test_presets (PzFixture *f, gconstpointer data)
{
  g_auto (GStrv) names = NULL;
  g_autofree char *prompt = NULL, *words = NULL, *negative = NULL;
  gint variants, seed;
  double fidelity;

  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "variants", 7, "fidelity", 0.35, "words", "all", "negative-prompt",
                "fog, \"rain\"", NULL);
  save_preset (f, "soft [1]");
  g_assert_cmpstr (pz_panel_get_status (f->panel), ==, "Preset “soft [1]” saved.");
  save_preset (f, "  ");
  names = pz_presets_list ();
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "soft  1");

  g_object_set (f->settings, "variants", 2, "fidelity", 1.0, "words", "primary",
                "negative-prompt", "", "prompt", "mine, S", "seed", 4, NULL);
  pz_fixture_choose (f, "Presets", "soft  1");
  g_object_get (f->settings, "variants", &variants, "fidelity", &fidelity, "words", &words,
                "negative-prompt", &negative, "prompt", &prompt, "seed", &seed, NULL);
  g_assert_cmpint (variants, ==, 7);
  g_assert_cmpfloat (fidelity, ==, 0.35);
  g_assert_cmpstr (words, ==, "all");
  g_assert_cmpstr (negative, ==, "fog, \"rain\"");
  g_assert_cmpstr (prompt, ==, "mine, S");
  g_assert_cmpint (seed, ==, 4);

  pz_presets_delete ("soft  1");
  g_strfreev (names);
  names = pz_presets_list ();
  g_assert_cmpuint (g_strv_length (names), ==, 0);
}

/* Enlarging a 2 x 2 picture produces no blocks, and reducing it again averages. */
static void
test_pictures_are_scaled_smoothly (void)
{
  const float corners[] = { 0, 1, 0, 1 };
  g_autoptr (PzImage) small = pz_image_new (2, 2, 1, corners);
  g_autoptr (PzImage) large = pz_thumbnail_scale (small, 16, 4);
  g_autoptr (PzImage) again = pz_thumbnail_scale (large, 2, 2);
  const float *row = pz_image_get_pixels (large);

  for (guint x = 1; x < 16; x++)
    {
      g_assert_cmpfloat (row[x], >=, row[x - 1]);
      /* The slope of Keys's cubic through 0 0 1 1 is at most 1.25; one pixel is an eighth of a sample. */
      g_assert_cmpfloat (row[x] - row[x - 1], <=, 1.25 / 8);
      g_assert_cmpfloat (fabsf (row[x] + row[15 - x] - 1), <,
                         1e-6); /* symmetric about the middle */
      g_assert_cmpfloat (row[48 + x], ==, row[x]); /* all rows are equal */
    }
  g_assert_cmpfloat (row[4], >, row[3]);
  g_assert_cmpfloat (pz_image_get_pixels (again)[0], <, 0.25);
  g_assert_cmpfloat (pz_image_get_pixels (again)[3], >, 0.75);
}

static void
collect_sizes (GtkWidget *widget, gpointer data)
{
  const char *name = atk_object_get_name (gtk_widget_get_accessible (widget));

  if (GTK_IS_COMBO_BOX (widget) && g_strcmp0 (name, "Size") == 0)
    *(GtkWidget **) data = widget;
}

static void
test_sizes_a_model_was_not_made_for_say_so (PzFixture *f, gconstpointer data)
{
  GtkWidget *sizes = NULL;
  g_autofree char *chosen = NULL;

  (void) data;
  g_object_set (f->settings, "width", 128, "height", 64, NULL);
  pz_fixture_open (f);
  pz_fixture_walk (GTK_WIDGET (f->panel), collect_sizes, &sizes);
  g_assert_nonnull (sizes);
  chosen = gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (sizes));
  g_assert_cmpstr (chosen, ==, "128 × 64 (model made for 64 × 64)");
  g_clear_pointer (&chosen, g_free);
  g_object_set (f->settings, "width", 48, "height", 64, NULL);
  chosen = gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (sizes));
  g_assert_cmpstr (chosen, ==, "48 × 64");
}

static void
test_presets_that_are_wrong_change_nothing (PzFixture *f, gconstpointer data)
{
  g_autofree char *path =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "presets.ini", NULL);
  gint variants, steps;

  (void) data;
  pz_presets_save ("x", f->settings);
  g_assert_true (g_file_set_contents (path, "[x]\nvariants=99\nsteps=many\nwords=all\n", -1,
                                      NULL));
  g_object_set (f->settings, "variants", 3, "steps", 5, NULL);
  pz_presets_apply ("x", f->settings);
  pz_presets_apply ("not there", f->settings);
  g_object_get (f->settings, "variants", &variants, "steps", &steps, NULL);
  g_assert_cmpint (variants, ==, 3);
  g_assert_cmpint (steps, ==, 5);
  pz_presets_delete ("x");
}

static void
test_room (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_assert_cmpfloat (f->fake.room, ==, 0);
  gtk_range_set_value (GTK_RANGE (pz_fixture_find (f, "Surroundings")), 0.5);
  g_assert_cmpfloat (f->fake.room, ==, 0.5);
  pz_fixture_shot (f, "room");
}

static void
test_painting_over (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_assert_false (gtk_widget_get_sensitive (pz_fixture_find (f, "Strength")));
  g_object_set (f->settings, "target", "selection", "strength", 0.4, NULL);
  g_assert_true (gtk_widget_get_sensitive (pz_fixture_find (f, "Strength")));
  g_assert_cmpstr (f->fake.mask_source, ==, "beside-selection");
  /* Without a selection there is nothing to paint over. */
  pz_panel_act (f->panel);
  g_assert_false (pz_panel_is_running (f->panel));
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "Select the part of the image"));
  f->fake.n_selections = 1;
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_null (pz_panel_get_notice (f->panel));
  g_assert_true (f->fake.painted_over);
  g_assert_cmpfloat (pz_fake.last.strength, ==, 0.4);
  g_assert_nonnull (pz_fake.last.start);
  g_assert_nonnull (pz_fake.last.start_mask);
  g_object_set (f->settings, "target", "layers", NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_false (f->fake.painted_over);
}

static void
test_prompts_are_told_of_once (PzFixture *f, gconstpointer data)
{
  g_autofree char *path =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "prompts.ini", NULL);

  (void) data;
  g_remove (path);
  pz_fixture_open (f);
  g_object_set (f->settings, "keep-prompts", FALSE, NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (f->fake.without_prompt);
  g_assert_null (pz_panel_get_notice (f->panel));
  g_object_set (f->settings, "keep-prompts", TRUE, NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_nonnull (strstr (pz_panel_get_notice (f->panel), "saved with each result"));
  g_assert_true (pz_fixture_has (f, "Turn this off under Advanced, or remove prompts under "
                                    "Examples. You won't see this again."));
  pz_fixture_shot (f, "told-once");
  pz_fixture_press (f, "Close");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_null (pz_panel_get_notice (f->panel));
}

/* The turn is held by another open file description, which is equivalent to another process. */
static void
test_runs_take_turns (PzFixture *f, gconstpointer data)
{
  PzTurn *other = pz_turn_try ();

  (void) data;
  g_assert_nonnull (other);
  g_assert_null (pz_turn_try ());
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "Another run is using the device"));
  pz_fixture_shot (f, "another-run");
  pz_panel_stop (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 0);
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "Another run is using the device"));
  pz_turn_end (other);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
}

static void
test_a_device_that_is_gone (PzFixture *f, gconstpointer data)
{
  g_autofree char *device = NULL;

  (void) data;
  g_object_set (f->settings, "device", "Old card", NULL);
  pz_fixture_open (f);
  g_object_get (f->settings, "device", &device, NULL);
  g_assert_cmpstr (device, ==, "");
  PZ_WAIT_UNTIL (pz_panel_can_act (f->panel));
  g_assert_cmpstr (pz_panel_get_notice (f->panel), ==,
                   "Old card is not available now, so Fake device is used.");
  pz_fixture_shot (f, "device-gone");
}

/* A single-file model can be chosen, is shown by its file name, and its list of files has no folders. */
static void
test_a_model_of_one_file (PzFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("personalize-file-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "my-dog.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path), chosen = NULL;
  g_autofree char *text = NULL;

  (void) data;
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  pz_fixture_open (f);
  g_assert_true (pz_fixture_has (f, "(Built-in model)"));
  g_assert_true (pz_fixture_has (f, "Model of One File…"));
  g_assert_true (pz_fixture_has (f, "Folder with a Model…"));
  g_object_set (f->settings, "model-folder", file, NULL);
  PZ_WAIT_UNTIL (pz_fake.n_open == 2 && pz_panel_can_act (f->panel));
  g_assert_true (pz_fixture_has (f, "my-dog.safetensors"));
  g_assert_cmpstr (pz_fake.model, ==, path);
  text = pz_model_needs_to_text (file, NULL);
  g_assert_nonnull (strstr (text, folder));
  g_assert_nonnull (strstr (text, "\nmy-dog.safetensors  (1.0"));
  g_assert_nonnull (strstr (text,
                            "\nmodel.json: \"elite\", global_mapper.safetensors  (missing)"));
  pz_fixture_press (f, "Use the default model");
  g_object_get (f->settings, "model-folder", &chosen, NULL);
  g_assert_null (chosen);
  g_remove (path);
  g_rmdir (folder);
}

static void
verify_as (const char *folder, const char *name, PzVerify expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL), *digest = NULL;
  PzVerify outcome;

  g_assert_true (pz_model_verify (folder, path, NULL, &outcome, &digest, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (digest), ==, 64);
  g_assert_cmpint (outcome, ==, expected);
}

static void
verify_as_part (const char *folder, const char *name, PzVerify expected)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *digest = NULL;
  PzVerify outcome;

  g_assert_true (pz_model_verify ("/elsewhere", path, NULL, &outcome, &digest, NULL));
  g_assert_cmpint (outcome, ==, expected);
}

static void
test_files_are_verified (void)
{
  /* The digest of "abc" is the example of the SHA-256 standard. */
  static const char sums[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  good\n"
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD *./bad\nshort\n";
  g_autofree char *folder = g_dir_make_tmp ("personalize-verify-XXXXXX", NULL);
  static const char *const contents[][2] = {
    { "good", "abc" },
    { "bad", "abd" },
    { "other", "abc" },
    { "SHA256SUMS", sums },
  };
  g_autofree char *digest = NULL, *gone = NULL;
  g_autoptr (GError) error = NULL;
  PzVerify outcome;

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *path = g_build_filename (folder, contents[i][0], NULL);

      g_assert_true (g_file_set_contents (path, contents[i][1], -1, NULL));
    }
  verify_as (folder, "good", PZ_VERIFY_GOOD);
  verify_as (folder, "bad", PZ_VERIFY_DIFFERS);
  verify_as (folder, "other", PZ_VERIFY_UNKNOWN);
  /* A part that is not in the folder of the model. */
  verify_as_part (folder, "good", PZ_VERIFY_GOOD);
  gone = g_build_filename (folder, "gone", NULL);
  g_assert_false (pz_model_verify (folder, gone, NULL, &outcome, &digest, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *path = g_build_filename (folder, contents[i][0], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
test_stopped_while_what_is_painted_over_is_read (PzFixture *f, gconstpointer data)
{
  (void) data;
  f->fake.n_selections = 1;
  f->fake.hold_start = TRUE;
  g_object_set (f->settings, "target", "selection", NULL);
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_panel_stop (f->panel);
  g_assert_true (g_cancellable_is_cancelled (f->fake.reading_start));
  pz_fixture_check (f, NULL, "Ready", TRUE);
  pz_fake_host_release (&f->fake);
  pz_fixture_settle ();
  g_assert_cmpuint (f->fake.n_calls, ==, 0);
  /* A later run must still complete. */
  pz_fixture_run (f);
  g_assert_true (f->fake.painted_over);
}

static void
test_models_that_were_found (PzFixture *f, gconstpointer data)
{
  g_autoptr (GFile) chosen = NULL;
  g_autofree char *path = NULL;
  GtkPopover *menu;

  (void) data;
  pz_fixture_open (f);
  menu = gtk_menu_button_get_popover (GTK_MENU_BUTTON (pz_fixture_find (f, "Model")));
  g_signal_emit_by_name (menu, "show");
  PZ_WAIT_UNTIL (pz_fixture_has (f, "fake-model, fake · f16 · 1.0 kB"));
  g_assert_false (gtk_widget_get_sensitive (pz_fixture_find (
    f, "torn-model, fake · f16 · 1.0 kB. unet: fake: expected a file, found none")));
  gtk_button_clicked (GTK_BUTTON (pz_fixture_find (f, "fake-model, fake · f16 · 1.0 kB")));
  g_object_get (f->settings, "model-folder", &chosen, NULL);
  path = g_file_get_path (chosen);
  g_assert_cmpstr (path, ==, "/somewhere/models/fake-model");
}

/* Names, locations and sizes of the files of a model that does not exist yet. */
static void
test_what_is_to_be_fetched (void)
{
  g_autofree char *text = pz_model_needs_to_text (NULL, NULL);

  g_assert_nonnull (strstr (text, "/somewhere/models"));
  g_assert_nonnull (strstr (text, "\nmodel  (about 1.0 MB)"));
  g_assert_nonnull (strstr (text, "\nAbout 2.0 MB in all"));
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  g_test_add_func ("/choices/comments-are-found", test_comments);
  g_test_add_func ("/choices/files-are-verified", test_files_are_verified);
  PZ_FIXTURE_ADD ("/choices/a-model-of-one-file", test_a_model_of_one_file);
  PZ_FIXTURE_ADD ("/choices/models-that-were-found", test_models_that_were_found);
  g_test_add_func ("/choices/what-is-to-be-fetched", test_what_is_to_be_fetched);
  g_test_add_func ("/choices/pictures-are-scaled-smoothly", test_pictures_are_scaled_smoothly);
  PZ_FIXTURE_ADD ("/choices/sizes-a-model-was-not-made-for-say-so",
                  test_sizes_a_model_was_not_made_for_say_so);
  PZ_FIXTURE_ADD ("/choices/a-prompt-of-comments-is-blank", test_a_prompt_of_comments_is_blank);
  PZ_FIXTURE_ADD ("/choices/presets-are-saved-and-applied", test_presets);
  PZ_FIXTURE_ADD ("/choices/wrong-presets-change-nothing",
                  test_presets_that_are_wrong_change_nothing);
  PZ_FIXTURE_ADD ("/choices/room-goes-to-the-host", test_room);
  PZ_FIXTURE_ADD ("/choices/stopped-while-what-is-painted-over-is-read",
                  test_stopped_while_what_is_painted_over_is_read);
  PZ_FIXTURE_ADD ("/choices/painting-over-asks-the-host", test_painting_over);
  PZ_FIXTURE_ADD ("/choices/prompts-are-told-of-once", test_prompts_are_told_of_once);
  PZ_FIXTURE_ADD ("/choices/runs-take-turns", test_runs_take_turns);
  PZ_FIXTURE_ADD ("/choices/a-device-that-is-gone", test_a_device_that_is_gone);
  return g_test_run ();
}
