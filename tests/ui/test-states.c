/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every state of the dialog: what it says, what can be pressed, and what that does. If $PZ_SHOTS is set, a screenshot of each
 * state is written to that folder.
 */
#include "tests/ui/panel-fixture.h"

static void
test_ready (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fixture_check (f, NULL, "Ready: fake-model on Fake device", TRUE);
  pz_fixture_shot (f, "ready");
}

/* A screen of 1920x1080 at scale factor 2, minus the size of GIMP's frame around the panel. */
static void
test_small_screens (PzFixture *f, gconstpointer data)
{
  gint least, liked, least_width;

  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE; /* shows a long message in the info bar */
  pz_fixture_open (f);
  gtk_widget_get_preferred_width (f->window, &least_width, NULL);
  gtk_widget_get_preferred_height_for_width (f->window, least_width, &least, &liked);
  g_test_message ("at least %dx%d, %d high it would like to be", least_width, least, liked);
  g_assert_cmpint (least_width, <=, 960 - 30);
  g_assert_cmpint (least, <=, 540 - 128);
  gtk_window_resize (GTK_WINDOW (f->window), least_width, 540 - 128);
  pz_fixture_shot (f, "small");
}

static void
test_checking (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_ms = 600;
  f->panel = PZ_PANEL (pz_panel_new (f->settings, &f->host));
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->panel));
  gtk_widget_show (GTK_WIDGET (f->panel));
  gtk_widget_show (f->window);
  pz_fixture_check (f, NULL, "Looking for models and devices", FALSE);
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  pz_fixture_shot (f, "checking");
  pz_fixture_wait_open (f);
}

static void
test_no_model (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_BAD_FILE;
  pz_fixture_open (f);
  pz_fixture_check (f, "a file is missing or damaged", "Not ready", FALSE);
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  g_assert_true (pz_fixture_has (f, "Choose Model…"));
  g_assert_true (pz_fixture_has (f, "What Do I Need?"));
  g_assert_true (pz_fixture_has (f, "Copy Details"));
  pz_fixture_shot (f, "no-model");
}

static void
test_no_model_anywhere (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_BAD_FILE;
  pz_fake.no_models = TRUE;
  pz_fixture_open (f);
  pz_fixture_check (f, "There is no model yet.", "Not ready", FALSE);
  g_assert_true (pz_fixture_has (f, "Choose Model…"));
  g_assert_true (pz_fixture_has (f, "What Do I Need?"));
  g_assert_true (pz_fixture_has (f, "Check Again"));
}

static void
test_unsupported_model (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_UNSUPPORTED_MODEL;
  pz_fixture_open (f);
  pz_fixture_check (f, "cannot be used for personalizing", "Not ready", FALSE);
  g_assert_true (pz_fixture_has (f, "Choose Model…"));
  pz_fixture_shot (f, "unsupported-model");
}

static void
test_a_model_without_mappers (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.no_mappers = TRUE;
  pz_fixture_open (f);
  pz_fixture_check (f, "This model cannot make a concept from a layer.", "Ready: fake-model",
                    FALSE);
  g_assert_true (pz_fixture_has (f, "fake: expected mappers, found none"));
  g_assert_true (pz_fixture_has (f, "Choose Model…"));
}

static void
test_no_device (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE;
  pz_fixture_open (f);
  pz_fixture_check (f, "No usable Vulkan graphics device", "Not ready", FALSE);
  pz_fixture_shot (f, "no-device");
  /* Simulates that the driver was installed in the meantime. */
  pz_fake.open_error = -1;
  pz_fixture_press (f, "Check Again");
  pz_fixture_wait_open (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
}

static void
test_only_the_processor (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.processor = TRUE;
  pz_fake.model_bytes = G_GUINT64_CONSTANT (3) << 30;
  pz_fixture_open (f);
  pz_fixture_check (f, "There is no Vulkan graphics device", "Ready", FALSE);
  g_assert_false (pz_fixture_has (f, "Close")); /* closing would remove the only button */
  pz_fixture_shot (f, "only-the-processor");
  pz_fixture_press (f, "Use Processor");
  pz_fixture_settle ();
  pz_fixture_wait_open (f);
  pz_fixture_check (f, NULL, "Ready: fake-model on Fake processor", TRUE);
  /* A small model runs on the processor without asking. */
  pz_fake.model_bytes = 1000;
  g_object_set (f->settings, "device", "", NULL);
  pz_fixture_reopen (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
}

static void
wait_for_status (PzFixture *f, const char *part)
{
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), part));
}

static void
test_too_little_memory (PzFixture *f, gconstpointer data)
{
  gint width;

  (void) data;
  pz_fake.model_bytes = 1000000000;
  pz_fake.picture_bytes = 2400000000;
  pz_fake.free_bytes = 3000000000;
  pz_fixture_open (f);
  wait_for_status (f, "needs 3.4 GB of 3.0 GB free");
  pz_fixture_check (f, "this run needs 3.4 GB, but only 3.0 GB is free", "Ready", FALSE);
  pz_fixture_shot (f, "too-little-memory");
  /* One press reduces the size so that it fits. */
  pz_fixture_press (f, "Use Smaller Size");
  wait_for_status (f, "needs 2.4 GB");
  pz_fixture_check (f, NULL, "Ready", TRUE);
  g_object_get (f->settings, "width", &width, NULL);
  g_assert_cmpint (width, ==, 48);
  /* Simulates that another program was closed. */
  g_object_set (f->settings, "width", 0, "height", 0, NULL);
  wait_for_status (f, "needs 3.4 GB");
  pz_fixture_check (f, "only 3.0 GB is free", "Ready", FALSE);
  pz_fake.free_bytes = 6000000000;
  pz_fixture_press (f, "Check Again");
  wait_for_status (f, "6.0 GB free");
  pz_fixture_check (
    f, NULL, "Ready: fake-model on Fake device · a run needs 3.4 GB of 6.0 GB free memory",
    TRUE);
}

static void
test_blank_prompt (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "prompt", "", NULL);
  pz_fixture_open (f);
  pz_fixture_check (f, NULL, "Ready", FALSE);
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "The prompt is empty.");
  pz_fixture_shot (f, "blank-prompt");
}

static void
test_nothing_under_the_mask (PzFixture *f, gconstpointer data)
{
  (void) data;
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_fixture_open (f);
  pz_fixture_check (f, "the selection does not touch", "Ready", FALSE);
  pz_fixture_shot (f, "nothing-under-the-mask");
  pz_fixture_press (f, "Use Whole Layer");
  pz_fixture_check (f, NULL, "Ready", TRUE);
  g_assert_cmpstr (f->fake.mask_source, ==, "layer");
}

static void
test_layer_gone (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.concept_error = PZ_HOST_ERROR_NO_LAYER;
  f->fake.n_selections++;
  /* The panel notices this even if the user does not return to the dialog. */
  PZ_WAIT_UNTIL (!pz_panel_can_act (f->panel));
  g_assert_true (pz_fixture_has (f, "Use Active Layer"));
  pz_fixture_shot (f, "layer-gone");
  pz_fixture_press (f, "Use Active Layer");
  g_assert_cmpuint (f->fake.n_uses, ==, 1);
  pz_fixture_check (f, NULL, "Ready", TRUE);
}

static void
test_generating_and_stopping (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.step_ms = 120;
  pz_fake.hold_step = 7; /* third step of the second variant */
  g_object_set (f->settings, "variants", 12, "seed", 5, NULL);
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel),
                         "Variant 2 of 12 · step 3 of 4 · about"));
  g_assert_false (pz_panel_can_act (f->panel));
  g_assert_false (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  pz_fixture_shot (f, "generating");
  pz_panel_stop (f->panel);
  g_assert_true (pz_panel_is_stopping (f->panel));
  pz_fixture_check (f, NULL, "Stopping after this step", FALSE);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "of 12 variants added", TRUE);
  g_assert_cmpuint (f->fake.n_results, >=, 1);
  g_assert_cmpuint (f->fake.n_results, <, 12);
  pz_fixture_shot (f, "stopped");
}

/* A large layer is read in parts, and the window stays responsive. */
static void
test_reading_takes_its_time (PzFixture *f, gconstpointer data)
{
  (void) data;
  f->fake.hold_reading = TRUE;
  pz_fixture_open (f);
  g_assert_true (pz_fixture_has (f, "Reading the layer…"));
  g_assert_false (pz_fixture_has (f, "Copy to selection"));
  pz_fake_host_release (&f->fake);
  PZ_WAIT_UNTIL (!pz_fixture_has (f, "Reading the layer…"));
  f->fake.hold_reading = TRUE;
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_cmpstr (pz_panel_get_status (f->panel), ==, "Reading the layer…");
  pz_fixture_shot (f, "reading");
  pz_panel_stop (f->panel);
  pz_fixture_check (f, NULL, "Ready", TRUE);
  pz_fake_host_release (&f->fake);
  pz_fixture_settle ();
  g_assert_false (pz_panel_is_running (f->panel));
  g_assert_cmpuint (pz_fake.n_encode, ==, 0);
  pz_fixture_run (f);
  pz_fixture_check (f, NULL, "3 variants added", TRUE);
}

/* The window already has its size then: what is beside the preview must not be pushed aside. */
static void
test_a_thing_that_is_found_moves_nothing (PzFixture *f, gconstpointer data)
{
  gint before, after;

  (void) data;
  f->fake.finds = f->fake.hold_reading = TRUE;
  pz_fixture_open (f);
  g_assert_false (pz_fixture_has (f, "Use Whole Layer"));
  gtk_widget_get_preferred_width (f->window, &before, NULL);
  pz_fake_host_release (&f->fake);
  PZ_WAIT_UNTIL (pz_fixture_has (f, "Use Whole Layer"));
  gtk_widget_get_preferred_width (f->window, &after, NULL);
  g_assert_cmpint (after, ==, before);
}

static void
test_no_concept_after_a_while (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.hold_reading = TRUE;
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fake_host_release (&f->fake);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, "does not touch", "Ready", FALSE);
}

static void
test_stopping (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.step_ms = 700; /* long enough for the screenshot */
  pz_fake.hold_step = 1;
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "step 1 of"));
  pz_panel_stop (f->panel);
  g_assert_true (pz_panel_is_stopping (f->panel));
  pz_fixture_shot (f, "stopping");
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "Stopped: 0 of 3", TRUE);
  g_assert_cmpuint (f->fake.n_calls, ==, 0);
}

static void
test_done (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "variants", 4, "seed", 41, NULL);
  pz_fixture_run (f);
  pz_fixture_check (f, NULL, "4 variants added", TRUE);
  pz_fixture_shot (f, "done");
}

static void
test_error_in_a_run (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_DEVICE_LOST;
  pz_fixture_run (f);
  pz_fixture_check (f, "stopped responding", "1 of 3", TRUE);
  pz_fixture_shot (f, "error");
  /* The settings are kept, and trying again clears the info bar. */
  pz_fake.generate_error = -1;
  pz_fixture_press (f, "Try Again");
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "3 variants added", TRUE);
}

static void
test_error_and_the_processor (PzFixture *f, gconstpointer data)
{
  g_autofree char *device = NULL;

  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_DEVICE_LOST;
  pz_fake.error_at = 0;
  pz_fixture_run (f);
  pz_fixture_press (f, "Use Processor");
  g_object_get (f->settings, "device", &device, NULL);
  g_assert_cmpstr (device, ==, "Fake processor");
  pz_fixture_settle ();
  pz_fixture_wait_open (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
}

static void
test_memory_runs_out (PzFixture *f, gconstpointer data)
{
  gint width;

  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_GPU_MEMORY;
  pz_fake.error_at = 0;
  pz_fixture_run (f);
  pz_fixture_check (f, "not enough graphics memory", "0 of 3", TRUE);
  pz_fixture_shot (f, "memory-ran-out");
  pz_fixture_press (f, "Use Smaller Size");
  g_object_get (f->settings, "width", &width, NULL);
  g_assert_cmpint (width, ==, 48);
  pz_fixture_check (f, NULL, "Stopped: 0 of 3 variants added.", TRUE);
}

static void
test_bad_output (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_BAD_OUTPUT;
  pz_fake.error_at = 0;
  pz_fixture_run (f);
  pz_fixture_check (f, "returned an empty picture", "0 of 3", TRUE);
  g_assert_cmpuint (f->fake.n_calls, ==, 0);
  g_assert_true (pz_fixture_has (f, "Try Again"));
  g_assert_true (pz_fixture_has (f, "Use Processor"));
  pz_fixture_shot (f, "bad-output");
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/states/ready", test_ready);
  PZ_FIXTURE_ADD ("/states/small-screens", test_small_screens);
  PZ_FIXTURE_ADD ("/states/checking", test_checking);
  PZ_FIXTURE_ADD ("/states/no-model", test_no_model);
  PZ_FIXTURE_ADD ("/states/unsupported-model", test_unsupported_model);
  PZ_FIXTURE_ADD ("/states/a-model-without-mappers", test_a_model_without_mappers);
  PZ_FIXTURE_ADD ("/states/no-device", test_no_device);
  PZ_FIXTURE_ADD ("/states/only-the-processor", test_only_the_processor);
  PZ_FIXTURE_ADD ("/states/too-little-memory", test_too_little_memory);
  PZ_FIXTURE_ADD ("/states/blank-prompt", test_blank_prompt);
  PZ_FIXTURE_ADD ("/states/nothing-under-the-mask", test_nothing_under_the_mask);
  PZ_FIXTURE_ADD ("/states/layer-gone", test_layer_gone);
  PZ_FIXTURE_ADD ("/states/generating-and-stopped", test_generating_and_stopping);
  PZ_FIXTURE_ADD ("/states/reading-takes-its-time", test_reading_takes_its_time);
  PZ_FIXTURE_ADD ("/states/a-thing-that-is-found-moves-nothing",
                  test_a_thing_that_is_found_moves_nothing);
  PZ_FIXTURE_ADD ("/states/no-concept-after-a-while", test_no_concept_after_a_while);
  PZ_FIXTURE_ADD ("/states/stopping", test_stopping);
  PZ_FIXTURE_ADD ("/states/done", test_done);
  PZ_FIXTURE_ADD ("/states/error-in-a-run", test_error_in_a_run);
  PZ_FIXTURE_ADD ("/states/error-and-the-processor", test_error_and_the_processor);
  PZ_FIXTURE_ADD ("/states/memory-runs-out", test_memory_runs_out);
  PZ_FIXTURE_ADD ("/states/bad-output", test_bad_output);
  PZ_FIXTURE_ADD ("/states/no-model-anywhere", test_no_model_anywhere);
  return g_test_run ();
}
