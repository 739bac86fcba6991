/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results that were not added to an image, and results of interrupted runs: none is lost, and none is kept forever.
 */
#include "tests/ui/panel-fixture.h"
#include "ui/store/recovery.h"

static gboolean
count_key (GtkWidget *window, GdkEvent *event, gpointer data)
{
  (void) window;
  (void) event;
  ++*(guint *) data;
  return GDK_EVENT_STOP;
}

/* Presses Escape. Fails if the key would have closed the window. */
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
  pz_fixture_run (f);
  pz_fixture_check (f, "The image was closed", "3 variants are kept until this dialog closes",
                    FALSE);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 0);
  /* Neither Escape nor closing the info bar may remove the only access to the results. */
  g_assert_false (pz_fixture_has (f, "Close"));
  escape (f);
  pz_fixture_check (f, "The image was closed", "3 variants are kept", FALSE);
  pz_fixture_shot (f, "image-closed");
  pz_fixture_press (f, "Open Results as New Image");
  g_assert_true (f->fake.new_image);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 3);
  pz_fixture_check (f, NULL, "in a new image", TRUE);
  tiles = pz_fixture_toggles (f);
  g_assert_true (gtk_widget_is_sensitive (tiles->pdata[0]));
}

/* The notice about the closed image stays when its results are gone, but does not offer them. */
static void
test_image_closed_and_results_discarded (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_panel_act (f->panel);
  f->fake.concept_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_fixture_wait_idle (f);
  g_assert_true (pz_fixture_has (f, "Open Results as New Image"));
  pz_fixture_press (f, "Discard");
  g_assert_nonnull (pz_panel_get_notice (f->panel));
  g_assert_false (pz_fixture_has (f, "Open Results as New Image"));
  g_assert_false (pz_fixture_has (f, "Discard"));
}

static void
test_restored_into_a_closed_image (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_fixture_run (f);
  pz_fixture_reopen (f);
  pz_fixture_press (f, "Restore");
  pz_fixture_check (f, "The image was closed", "3 variants are kept until this dialog closes",
                    FALSE);
  pz_fixture_press (f, "Discard");
}

static void
test_restore (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  pz_fixture_open (f);
  g_object_set (f->settings, "prompt", "a S at sea", "seed", 8, NULL);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_fixture_run (f);
  /* The next dialog offers results that were not opened before the dialog was closed. */
  f->fake.add_error = -1;
  g_object_set (f->settings, "prompt", "something else, S", NULL);
  pz_fixture_reopen (f);
  pz_fixture_check (f, "3 finished variants of an interrupted run", "Ready", TRUE);
  pz_fixture_shot (f, "restore");
  pz_fixture_press (f, "Restore");
  /* Restoring is not a run, but the window still asks for the tooltip of its button. */
  g_assert_nonnull (pz_panel_get_tooltip (f->panel));
  pz_fixture_check (f, NULL, "3 variants added", TRUE);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpstr (f->fake.prompt, ==, "a S at sea");
  tiles = pz_fixture_toggles (f);
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[2])), ==,
                   "Variant 3, seed 10, hidden");
  /* The results are layers now and are not offered again. */
  pz_fixture_reopen (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
}

static void
test_a_reset_in_a_run_waits (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  pz_fake.hold_step = 5; /* first step of the second variant */
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (pz_fake.n_variants >= 1);
  /* Changes a setting like the buttons of the frame, which do not belong to the panel. */
  g_object_set (f->settings, "device", "Fake processor", NULL);
  pz_fixture_settle ();
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_cmpuint (pz_fake.n_open, ==, 1);
  pz_fake_release ();
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  pz_fixture_wait_open (f);
  g_assert_cmpuint (pz_fake.n_open, ==, 2);
  pz_fixture_check (f, NULL, "Ready", TRUE);
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
  pz_fixture_run (f);
  start = g_strdup (f->fake.start);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_fixture_run (f);
  f->fake.add_error = -1;
  g_object_set (f->settings, "target", "layers", "keep-prompts", TRUE, "image-comment", FALSE,
                "mark-origin", FALSE, NULL);
  pz_fixture_reopen (f);
  pz_fixture_press (f, "Restore");
  g_assert_true (f->fake.without_prompt && f->fake.mark_origin && f->fake.comment);
  g_assert_cmpstr (f->fake.start, ==, start);
}

/* Leaves one variant of an interrupted run in a recovery folder. */
static void
leave_run (guint64 seed)
{
  static const float grey[3] = { 0.5f, 0.5f, 0.5f };
  g_autoptr (PzImage) image = pz_image_new (1, 1, 3, grey);
  g_autofree char *recipe = g_strdup_printf ("{\"schema\":1,\"seed\":%u}", (guint) seed);
  PzRecovery *recovery = pz_recovery_new ();

  pz_recovery_keep (recovery, &(PzRunManner) { 0 }, &(PzHostResult) { image, seed, recipe });
  pz_recovery_leave (recovery);
  g_usleep (20000); /* so that the next run has a later time */
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
  /* Folders of processes that were killed before they had a variant. */
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
  for (guint i = 0; i < left->len; i++)
    {
      g_autoptr (GArray) results = pz_recovery_load (left->pdata[i]);

      /* The three oldest runs were removed. */
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
  pz_fixture_check (f, "1 finished variant of an interrupted run", "Ready", TRUE);
  pz_fixture_press (f, "Discard");
  g_assert_cmpuint (count_folders (), ==, 0);
}

static void
test_discard (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.add_error = PZ_HOST_ERROR_IMAGE_CLOSED;
  pz_fixture_run (f);
  pz_fixture_reopen (f);
  pz_fixture_press (f, "Discard");
  pz_fixture_reopen (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
  /* Discarding also works in the same dialog. */
  pz_fixture_run (f);
  pz_fixture_press (f, "Discard");
  pz_fixture_check (f, NULL, "Ready", TRUE);
  g_assert_cmpuint (count_folders (), ==, 0);
  /* Nothing is kept if recovery is switched off. */
  g_object_set (f->settings, "recovery", FALSE, NULL);
  pz_fixture_run (f);
  g_object_set (f->settings, "recovery", TRUE, NULL);
  pz_fixture_reopen (f);
  pz_fixture_check (f, NULL, "Ready", TRUE);
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
  pz_fixture_run (f);
  g_object_set (f->settings, "mask-source", "selection", NULL);
  /* The error of the run has priority; closing it shows the next message. */
  pz_fixture_check (f, "empty picture", "0 of 3", FALSE);
  pz_fixture_press (f, "Close");
  pz_fixture_check (f, "does not touch", "0 of 3", FALSE);
}

/* While results are being added, the panel behaves as in a run that is being stopped: neither Escape nor Reset loses
 * results. */
static void
test_adding_takes_its_time (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.hold_adding = TRUE;
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (f->fake.adding != NULL);
  pz_fixture_check (f, NULL, "Adding the layers…", FALSE);
  g_assert_true (pz_panel_is_running (f->panel) && pz_panel_is_stopping (f->panel));
  g_assert_false (pz_panel_has_pending (f->panel));
  escape (f);
  g_object_set (f->settings, "device", "Fake processor", NULL);
  pz_fixture_settle ();
  g_assert_cmpuint (pz_fake.n_open, ==, 1);
  pz_fake_host_release (&f->fake);
  pz_fixture_wait_idle (f);
  pz_fixture_wait_open (f);
  g_assert_cmpuint (pz_fake.n_open, ==, 2);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 3);
  g_assert_cmpuint (count_folders (), ==, 0);
}

/* If the dialog is closed while results are being added, the next dialog offers them. */
static void
test_closed_while_adding (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fixture_open (f);
  f->fake.hold_adding = TRUE;
  pz_panel_act (f->panel);
  PZ_WAIT_UNTIL (f->fake.adding != NULL);
  gtk_widget_destroy (GTK_WIDGET (f->panel));
  g_assert_true (g_cancellable_is_cancelled (f->fake.adding));
  pz_fake_host_release (&f->fake);
  pz_fixture_open (f);
  leave_run (1); /* of another dialog; this dialog has already searched */
  pz_fixture_check (f, "3 finished variants of an interrupted run", "Ready", TRUE);
  f->fake.hold_adding = TRUE;
  pz_fixture_press (f, "Restore");
  pz_fixture_check (f, NULL, "Adding the layers…", FALSE);
  pz_fake_host_release (&f->fake);
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "3 variants added", TRUE);
  /* Several runs are restored one after the other, and all of them before Generate can be pressed. */
  leave_run (2);
  pz_fixture_reopen (f);
  pz_fixture_check (f, "2 finished variants of", "Ready", TRUE);
  pz_fixture_press (f, "Restore");
  pz_fixture_wait_idle (f);
  pz_fixture_check (f, NULL, "2 variants added", TRUE);
  g_assert_cmpuint (f->fake.n_results, ==, 5);
  g_assert_cmpuint (count_folders (), ==, 0);
}

/* Reset starts reading the concept again; a run that waits for it must still start. */
static void
test_a_reset_while_a_run_starts (PzFixture *f, gconstpointer data)
{
  guint n_reads;

  (void) data;
  pz_fixture_open (f);
  f->fake.hold_reading = TRUE;
  pz_panel_act (f->panel);
  pz_fixture_check (f, NULL, "Reading the layer…", FALSE);
  n_reads = f->fake.n_reads;
  g_object_set (f->settings, "room", 0.5, NULL);
  PZ_WAIT_UNTIL (f->fake.n_reads > n_reads);
  pz_fake_host_release (&f->fake);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpfloat (f->fake.room, ==, 0.5);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/states/image-closed", test_image_closed);
  PZ_FIXTURE_ADD ("/states/image-closed-and-results-discarded",
                  test_image_closed_and_results_discarded);
  PZ_FIXTURE_ADD ("/states/restored-into-a-closed-image", test_restored_into_a_closed_image);
  PZ_FIXTURE_ADD ("/states/restore", test_restore);
  PZ_FIXTURE_ADD ("/states/a-reset-in-a-run-waits", test_a_reset_in_a_run_waits);
  PZ_FIXTURE_ADD ("/states/restored-as-it-was-asked-for", test_restored_as_it_was_asked_for);
  g_test_add_func ("/states/leftovers-have-an-end", test_leftovers_have_an_end);
  PZ_FIXTURE_ADD ("/states/leftovers-are-offered-where-it-is-switched-off",
                  test_leftovers_are_offered_where_it_is_switched_off);
  PZ_FIXTURE_ADD ("/states/discard", test_discard);
  PZ_FIXTURE_ADD ("/states/adding-takes-its-time", test_adding_takes_its_time);
  PZ_FIXTURE_ADD ("/states/closed-while-adding", test_closed_while_adding);
  PZ_FIXTURE_ADD ("/states/a-reset-while-a-run-starts", test_a_reset_while_a_run_starts);
  PZ_FIXTURE_ADD ("/states/closing-the-bar", test_closing_the_bar);
  return g_test_run ();
}
