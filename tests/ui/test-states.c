/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every state the dialog can be in: what it says, what can be pressed, and what that does. With $PZ_SHOTS each is a
 * picture in that folder.
 */
#include "tests/ui/panel-fixture.h"
#include "ui/recovery.h"

static void
check (PzFixture *f, const char *notice, const char *status, gboolean can_generate)
{
  const char *said = pz_panel_get_notice (f->panel);

  g_assert_true (*status); /* an empty one is in every text */
  g_test_message ("bar: %s; line: %s; %s", said ? said : "-", pz_panel_get_status (f->panel),
                  pz_panel_get_hindrance (f->panel) ? pz_panel_get_hindrance (f->panel)
                                                    : "ready");
  if (notice)
    g_assert_nonnull (said);
  g_assert_true (notice ? strstr (said, notice) != NULL : said == NULL);
  g_assert_nonnull (strstr (pz_panel_get_status (f->panel), status));
  g_assert_cmpint (pz_panel_can_generate (f->panel), ==, can_generate);
}

static void
run (PzFixture *f)
{
  pz_panel_generate (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
}

static void
wait_ready (PzFixture *f)
{
  PZ_WAIT_UNTIL (!(pz_panel_get_hindrance (f->panel)
                   && strstr (pz_panel_get_hindrance (f->panel), "still loading")));
}

static void
test_ready (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  check (f, NULL, "Ready: fake-model on Fake device", TRUE);
  pz_fixture_shot (f, "ready");
}

/* 1920x1080 at twice the size, less what GIMP's frame around the panel takes. */
static void
test_small_screens (PzFixture *f, gconstpointer data)
{
  gint least, liked, least_width;

  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE; /* with a bar that says much */
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
  check (f, NULL, "Looking for models and devices", FALSE);
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  pz_fixture_shot (f, "checking");
  wait_ready (f);
}

static void
test_no_model (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_BAD_FILE;
  pz_fixture_open (f);
  check (f, "a file is missing or damaged", "Not ready", FALSE);
  g_assert_true (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  g_assert_true (pz_fixture_has (f, "Choose Folder…"));
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
  check (f, "There is no model yet.", "Not ready", FALSE);
  g_assert_true (pz_fixture_has (f, "Choose Folder…"));
  g_assert_true (pz_fixture_has (f, "What Do I Need?"));
  g_assert_true (pz_fixture_has (f, "Check Again"));
}

static void
test_unsupported_model (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_UNSUPPORTED_MODEL;
  pz_fixture_open (f);
  check (f, "cannot be used for personalizing", "Not ready", FALSE);
  g_assert_true (pz_fixture_has (f, "Choose Folder…"));
  pz_fixture_shot (f, "unsupported-model");
}

static void
test_no_device (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE;
  pz_fixture_open (f);
  check (f, "No usable Vulkan graphics device", "Not ready", FALSE);
  pz_fixture_shot (f, "no-device");
  /* The driver was installed meanwhile. */
  pz_fake.open_error = -1;
  pz_fixture_press (f, "Check Again");
  wait_ready (f);
  check (f, NULL, "Ready", TRUE);
}

static void
test_only_the_processor (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.processor = TRUE;
  pz_fake.model_bytes = G_GUINT64_CONSTANT (3) << 30;
  pz_fixture_open (f);
  check (f, "There is no Vulkan graphics device", "Ready", FALSE);
  g_assert_false (pz_fixture_has (f, "Close")); /* it would take away the only button */
  pz_fixture_shot (f, "only-the-processor");
  pz_fixture_press (f, "Use Processor");
  pz_fixture_settle ();
  wait_ready (f);
  check (f, NULL, "Ready: fake-model on Fake processor", TRUE);
  /* A small model does not ask. */
  pz_fake.model_bytes = 1000;
  g_object_set (f->settings, "device", "", NULL);
  pz_fixture_reopen (f);
  check (f, NULL, "Ready", TRUE);
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
  wait_for_status (f, "needs 3.4 GB, 3.0 GB free");
  check (f, "this run needs 3.4 GB, but only 3.0 GB is free", "Ready", FALSE);
  pz_fixture_shot (f, "too-little-memory");
  /* One press makes it fit. */
  pz_fixture_press (f, "Use Smaller Size");
  wait_for_status (f, "needs 2.4 GB");
  check (f, NULL, "Ready", TRUE);
  g_object_get (f->settings, "width", &width, NULL);
  g_assert_cmpint (width, ==, 48);
  /* Or another program is closed. */
  g_object_set (f->settings, "width", 0, "height", 0, NULL);
  wait_for_status (f, "needs 3.4 GB");
  check (f, "only 3.0 GB is free", "Ready", FALSE);
  pz_fake.free_bytes = 6000000000;
  pz_fixture_press (f, "Check Again");
  wait_for_status (f, "6.0 GB free");
  check (f, NULL, "Ready: fake-model on Fake device · needs 3.4 GB, 6.0 GB free", TRUE);
}

static void
test_blank_prompt (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "prompt", "", NULL);
  pz_fixture_open (f);
  check (f, NULL, "Ready", FALSE);
  g_assert_cmpstr (pz_panel_get_hindrance (f->panel), ==, "The prompt is empty.");
  pz_fixture_shot (f, "blank-prompt");
}

static void
test_nothing_under_the_mask (PzFixture *f, gconstpointer data)
{
  (void) data;
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_fixture_open (f);
  check (f, "the selection does not touch", "Ready", FALSE);
  pz_fixture_shot (f, "nothing-under-the-mask");
  pz_fixture_press (f, "Use Whole Layer");
  check (f, NULL, "Ready", TRUE);
  g_assert_cmpstr (f->fake.mask_source, ==, "layer");
}

static void
test_layer_gone (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.concept_error = PZ_HOST_ERROR_NO_LAYER;
  f->fake.n_selections++;
  /* Noticed without the user coming back to the dialog. */
  PZ_WAIT_UNTIL (!pz_panel_can_generate (f->panel));
  g_assert_true (pz_fixture_has (f, "Use Active Layer"));
  pz_fixture_shot (f, "layer-gone");
  pz_fixture_press (f, "Use Active Layer");
  g_assert_cmpuint (f->fake.n_uses, ==, 1);
  check (f, NULL, "Ready", TRUE);
}

static void
test_generating_and_stopping (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.step_ms = 120;
  g_object_set (f->settings, "variants", 12, "seed", 5, NULL);
  pz_panel_generate (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel),
                         "Variant 2 of 12 · step 3 of 4 · about"));
  g_assert_false (pz_panel_can_generate (f->panel));
  g_assert_false (gtk_widget_is_sensitive (pz_fixture_find (f, "Prompt")));
  pz_fixture_shot (f, "generating");
  pz_panel_stop (f->panel);
  g_assert_true (pz_panel_is_stopping (f->panel));
  check (f, NULL, "Stopping after this step", FALSE);
  pz_fixture_wait_idle (f);
  check (f, NULL, "of 12 variants added", TRUE);
  g_assert_cmpuint (f->fake.n_results, >=, 1);
  g_assert_cmpuint (f->fake.n_results, <, 12);
  pz_fixture_shot (f, "stopped");
}

static void
test_stopping (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.step_ms = 700;
  pz_panel_generate (f->panel);
  PZ_WAIT_UNTIL (strstr (pz_panel_get_status (f->panel), "step 1 of"));
  pz_panel_stop (f->panel);
  pz_fixture_shot (f, "stopping");
  g_assert_true (pz_panel_is_stopping (f->panel));
  pz_fixture_wait_idle (f);
  check (f, NULL, "Stopped: 0 of 3", TRUE);
  g_assert_cmpuint (f->fake.n_calls, ==, 0);
}

static void
test_done (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "variants", 4, "seed", 41, NULL);
  run (f);
  check (f, NULL, "4 variants added", TRUE);
  pz_fixture_shot (f, "done");
}

static void
test_error_in_a_run (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_DEVICE_LOST;
  run (f);
  check (f, "stopped responding", "1 of 3", TRUE);
  pz_fixture_shot (f, "error");
  /* Settings are kept, and another try clears the bar. */
  pz_fake.generate_error = -1;
  pz_fixture_press (f, "Try Again");
  pz_fixture_wait_idle (f);
  check (f, NULL, "3 variants added", TRUE);
}

static void
test_error_and_the_processor (PzFixture *f, gconstpointer data)
{
  g_autofree char *device = NULL;

  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_DEVICE_LOST;
  pz_fake.error_at = 0;
  run (f);
  pz_fixture_press (f, "Use Processor");
  g_object_get (f->settings, "device", &device, NULL);
  g_assert_cmpstr (device, ==, "Fake processor");
  pz_fixture_settle ();
  wait_ready (f);
  check (f, NULL, "Ready", TRUE);
}

static void
test_memory_runs_out (PzFixture *f, gconstpointer data)
{
  gint width;

  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_GPU_MEMORY;
  pz_fake.error_at = 0;
  run (f);
  check (f, "not enough graphics memory", "0 of 3", TRUE);
  pz_fixture_shot (f, "memory-ran-out");
  pz_fixture_press (f, "Use Smaller Size");
  g_object_get (f->settings, "width", &width, NULL);
  g_assert_cmpint (width, ==, 48);
  check (f, NULL, "Stopped: 0 of 3 variants added.", TRUE);
}

static void
test_bad_output (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.generate_error = PZ_ERROR_BAD_OUTPUT;
  pz_fake.error_at = 0;
  run (f);
  check (f, "returned an empty picture", "0 of 3", TRUE);
  g_assert_cmpuint (f->fake.n_calls, ==, 0);
  g_assert_true (pz_fixture_has (f, "Try Again"));
  g_assert_true (pz_fixture_has (f, "Use Processor"));
  pz_fixture_shot (f, "bad-output");
}

static gboolean
count_key (GtkWidget *window, GdkEvent *event, gpointer data)
{
  (void) window;
  (void) event;
  ++*(guint *) data;
  return GDK_EVENT_STOP;
}

/* Presses it, and fails if it would have closed the window. */
static void
escape (PzFixture *f)
{
  guint n_left = 0;
  gulong id =
    g_signal_connect_after (f->window, "key-press-event", G_CALLBACK (count_key), &n_left);

  pz_panel_focus (f->panel);
  gtk_test_widget_send_key (pz_fixture_find (f, "Prompt"), GDK_KEY_Escape, 0);
  pz_fixture_settle ();
  g_signal_handler_disconnect (f->window, id);
  g_assert_cmpuint (n_left, ==, 0);
}

static void
test_image_closed (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  pz_fixture_open (f);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  run (f);
  check (f, "The image was closed", "3 variants are kept until this dialog closes", FALSE);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 0);
  /* Neither Escape nor a closed bar takes away the only way to them. */
  g_assert_false (pz_fixture_has (f, "Close"));
  escape (f);
  check (f, "The image was closed", "3 variants are kept", FALSE);
  pz_fixture_shot (f, "image-closed");
  pz_fixture_press (f, "Open Results as New Image");
  g_assert_true (f->fake.new_image);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 3);
  check (f, NULL, "in a new image", TRUE);
  tiles = pz_fixture_toggles (f);
  g_assert_true (gtk_widget_is_sensitive (tiles->pdata[0]));
}

static void
test_restore (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "a S at sea", "seed", 8, NULL);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  run (f);
  /* The dialog is closed and the results were not opened: the next one offers them. */
  f->fake.add_error = -1;
  g_object_set (f->settings, "prompt", "something else, S", NULL);
  pz_fixture_reopen (f);
  check (f, "3 finished variants of an interrupted run", "Ready", TRUE);
  pz_fixture_shot (f, "restore");
  pz_fixture_press (f, "Restore");
  check (f, NULL, "3 variants added", TRUE);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpstr (f->fake.prompt, ==, "a S at sea");
  tiles = pz_fixture_toggles (f);
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[2])), ==,
                   "Variant 3, seed 10, hidden");
  /* They are layers now: nobody offers them again. */
  pz_fixture_reopen (f);
  check (f, NULL, "Ready", TRUE);
}

static void
test_a_reset_in_a_run_waits (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.step_ms = 30;
  pz_panel_generate (f->panel);
  PZ_WAIT_UNTIL (pz_fake.n_variants >= 1);
  /* As the frame's buttons do it, which are not the panel's. */
  g_object_set (f->settings, "device", "Fake processor", NULL);
  pz_fixture_settle ();
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_cmpuint (pz_fake.n_open, ==, 1);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  wait_ready (f);
  g_assert_cmpuint (pz_fake.n_open, ==, 2);
  check (f, NULL, "Ready", TRUE);
}

static void
test_restored_as_it_was_asked_for (PzFixture *f, gconstpointer data)
{
  g_autofree char *start = NULL;

  (void) data;
  f->fake.n_selections = 1;
  g_object_set (f->settings, "target", "selection", "keep-prompts", FALSE, "image-comment",
                TRUE, "mark-origin", TRUE, NULL);
  pz_fixture_open (f);
  run (f);
  start = g_strdup (f->fake.start);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  run (f);
  f->fake.add_error = -1;
  g_object_set (f->settings, "target", "layers", "keep-prompts", TRUE, "image-comment", FALSE,
                "mark-origin", FALSE, NULL);
  pz_fixture_reopen (f);
  pz_fixture_press (f, "Restore");
  g_assert_true (f->fake.without_prompt && f->fake.mark_origin && f->fake.comment);
  g_assert_cmpstr (f->fake.start, ==, start);
}

/* A run that left one variant; its folder's name. */
static void
leave_run (guint64 seed)
{
  static const float grey[3] = { 0.5f, 0.5f, 0.5f };
  g_autoptr (PzImage) image = pz_image_new (1, 1, 3, grey);
  g_autofree char *recipe = g_strdup_printf ("{\"schema\":1,\"seed\":%u}", (guint) seed);
  PzRecovery *recovery = pz_recovery_new ();

  pz_recovery_keep (recovery, &(PzRunManner) { 0 }, &(PzHostResult) { image, seed, recipe });
  pz_recovery_leave (recovery);
  g_usleep (20000); /* another time of day */
}

static guint
count_folders (void)
{
  g_autofree char *base =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "recovery", NULL);
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

static void
test_leftovers_have_an_end (void)
{
  g_autofree char *base =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "recovery", NULL);
  static const char *const rests[][2] = { { "new-abc", "lock" }, { "run-abc", ".001.png.X1" } };
  g_autoptr (GPtrArray) left = NULL;

  for (guint64 seed = 1; seed <= PZ_RECOVERY_MAX_LEFT + 3; seed++)
    leave_run (seed);
  /* Of processes that were killed before they had a variant. */
  for (guint i = 0; i < G_N_ELEMENTS (rests); i++)
    {
      g_autofree char *folder = g_build_filename (base, rests[i][0], NULL);
      g_autofree char *file = g_build_filename (folder, rests[i][1], NULL);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_true (g_file_set_contents (file, "", 0, NULL));
    }
  left = pz_recovery_find ();
  g_assert_cmpuint (left->len, ==, PZ_RECOVERY_MAX_LEFT);
  g_assert_cmpuint (count_folders (), ==, PZ_RECOVERY_MAX_LEFT);
  /* The oldest are gone. */
  for (guint i = 0; i < left->len; i++)
    {
      g_autoptr (GArray) results = pz_recovery_load (left->pdata[i]);

      g_assert_cmpuint (g_array_index (results, PzHostResult, 0).seed, ==, i + 4);
    }
  while (left->len > 0)
    pz_recovery_discard (g_ptr_array_steal_index (left, 0));
  g_assert_cmpuint (count_folders (), ==, 0);
}

static void
test_leftovers_are_offered_where_it_is_switched_off (PzFixture *f, gconstpointer data)
{
  (void) data;
  leave_run (1);
  g_object_set (f->settings, "recovery", FALSE, NULL);
  pz_fixture_open (f);
  check (f, "1 finished variant of an interrupted run", "Ready", TRUE);
  pz_fixture_press (f, "Discard");
  g_assert_cmpuint (count_folders (), ==, 0);
}

static void
test_discard (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  run (f);
  pz_fixture_reopen (f);
  pz_fixture_press (f, "Discard");
  pz_fixture_reopen (f);
  check (f, NULL, "Ready", TRUE);
  /* At once, too. */
  run (f);
  pz_fixture_press (f, "Discard");
  check (f, NULL, "Ready", TRUE);
  g_assert_cmpuint (count_folders (), ==, 0);
  /* Switched off, nothing is kept. */
  g_object_set (f->settings, "recovery", FALSE, NULL);
  run (f);
  g_object_set (f->settings, "recovery", TRUE, NULL);
  pz_fixture_reopen (f);
  check (f, NULL, "Ready", TRUE);
}

static void
test_closing_the_bar (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.concept_error = PZ_HOST_ERROR_NO_MASK;
  pz_fake.generate_error = PZ_ERROR_BAD_OUTPUT;
  pz_fake.error_at = 0;
  g_object_set (f->settings, "mask-source", "layer", NULL);
  run (f);
  g_object_set (f->settings, "mask-source", "selection", NULL);
  /* The run's end is more urgent; what is under it comes to light. */
  check (f, "empty picture", "0 of 3", FALSE);
  pz_fixture_press (f, "Close");
  check (f, "does not touch", "0 of 3", FALSE);
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
  PZ_FIXTURE_ADD ("/states/no-device", test_no_device);
  PZ_FIXTURE_ADD ("/states/only-the-processor", test_only_the_processor);
  PZ_FIXTURE_ADD ("/states/too-little-memory", test_too_little_memory);
  PZ_FIXTURE_ADD ("/states/blank-prompt", test_blank_prompt);
  PZ_FIXTURE_ADD ("/states/nothing-under-the-mask", test_nothing_under_the_mask);
  PZ_FIXTURE_ADD ("/states/layer-gone", test_layer_gone);
  PZ_FIXTURE_ADD ("/states/generating-and-stopped", test_generating_and_stopping);
  PZ_FIXTURE_ADD ("/states/stopping", test_stopping);
  PZ_FIXTURE_ADD ("/states/done", test_done);
  PZ_FIXTURE_ADD ("/states/error-in-a-run", test_error_in_a_run);
  PZ_FIXTURE_ADD ("/states/error-and-the-processor", test_error_and_the_processor);
  PZ_FIXTURE_ADD ("/states/memory-runs-out", test_memory_runs_out);
  PZ_FIXTURE_ADD ("/states/bad-output", test_bad_output);
  PZ_FIXTURE_ADD ("/states/image-closed", test_image_closed);
  PZ_FIXTURE_ADD ("/states/restore", test_restore);
  PZ_FIXTURE_ADD ("/states/a-reset-in-a-run-waits", test_a_reset_in_a_run_waits);
  PZ_FIXTURE_ADD ("/states/restored-as-it-was-asked-for", test_restored_as_it_was_asked_for);
  g_test_add_func ("/states/leftovers-have-an-end", test_leftovers_have_an_end);
  PZ_FIXTURE_ADD ("/states/leftovers-are-offered-where-it-is-switched-off",
                  test_leftovers_are_offered_where_it_is_switched_off);
  PZ_FIXTURE_ADD ("/states/discard", test_discard);
  PZ_FIXTURE_ADD ("/states/closing-the-bar", test_closing_the_bar);
  PZ_FIXTURE_ADD ("/states/no-model-anywhere", test_no_model_anywhere);
  return g_test_run ();
}
