/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of ui/ that need no display: worker, relay, turns, settings, texts. The engine is a fake.
 */
#include "tests/patience.h"
#include "tests/ui/fake-session.h"
#include "ui/error-text.h"
#include "ui/job.h"
#include "ui/note-text.h"
#include "ui/jobs/progress-relay.h"
#include "ui/jobs/turn.h"
#include "ui/progress-text.h"
#include "ui/prompt/prompt-editor.h"

/* ---- the relay ---- */

typedef struct
{
  GString *seen;
  guint n_progress;
  GThread *main;
} Seen;

static void
see_progress (const PzProgress *progress, gpointer data)
{
  Seen *seen = data;

  g_assert_true (g_thread_self () == seen->main);
  seen->n_progress++;
  g_string_append_printf (seen->seen, "p%u ", progress->step);
}

static void
see_message (gpointer message, gpointer data)
{
  Seen *seen = data;

  g_string_append_printf (seen->seen, "m%d ", GPOINTER_TO_INT (message));
}

static const PzRelayClass see_class = { .progress = see_progress, .message = see_message };

static gpointer
post_many (gpointer relay)
{
  for (guint i = 1; i <= 1000; i++)
    pz_relay_post_progress (relay, &(PzProgress) { .step = i });
  pz_relay_post (relay, GINT_TO_POINTER (1));
  pz_relay_post (relay, GINT_TO_POINTER (2));
  return NULL;
}

static void
test_relay (void)
{
  Seen seen = { .seen = g_string_new (NULL), .main = g_thread_self () };
  PzRelay *relay = pz_relay_new (&see_class, &seen);

  g_thread_join (g_thread_new ("poster", post_many, relay));
  PZ_WAIT_UNTIL (g_str_equal (seen.seen->str, "p1000 m1 m2 "));
  g_assert_cmpuint (seen.n_progress, ==, 1);
  pz_relay_free (relay);
  g_string_free (seen.seen, TRUE);
}

/* ---- turns ---- */

static gpointer
take_one_turn (gpointer data)
{
  gint *took = data;
  PzTurn *turn = pz_turn_wait (NULL, NULL);

  g_atomic_int_set (took, 1);
  pz_turn_end (turn);
  return NULL;
}

static void
test_long_work_lets_who_waits_go_first (void)
{
  PzTurn *turn = pz_turn_try ();
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint took = 0;
  GThread *other;

  g_assert_nonnull (turn);
  g_assert_null (pz_turn_try ());
  /* Nobody is waiting, so the turn is still ours. */
  g_assert_true (pz_turn_hand_over (turn, NULL, NULL));
  g_assert_null (pz_turn_try ());
  other = g_thread_new ("other", take_one_turn, &took);
  /* Long work calls this after each slice. */
  while (!g_atomic_int_get (&took))
    g_assert_true (pz_turn_hand_over (turn, NULL, NULL));
  g_thread_join (other);
  g_assert_null (pz_turn_try ());
  g_cancellable_cancel (cancelled);
  g_assert_null (pz_turn_wait (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pz_turn_end (turn);
  turn = pz_turn_try ();
  g_assert_nonnull (turn);
  pz_turn_end (turn);
}

/* ---- the worker ---- */

typedef struct
{
  guint n_opened, n_variants, n_devices, n_finished;
  guint stop_at; /* number of variants after which to stop; 0 = never */
  double fraction;
  GError *error;
  PzJobQueue *queue;
} Watch;

static void
on_opened (const PzOpened *opened, const GError *error, gpointer data)
{
  Watch *watch = data;

  watch->n_opened++;
  g_clear_error (&watch->error);
  if (error)
    watch->error = g_error_copy (error);
  else
    {
      g_assert_cmpstr (opened->model->name, ==, "fake-model");
      g_assert_cmpstr (opened->device, ==, "Fake device");
      g_assert_false (opened->processor);
    }
}

static void
on_devices (const char *const *names, const char *processor, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpstr (names[0], ==, "Fake device");
  g_assert_cmpstr (processor, ==, "Fake processor");
  watch->n_devices++;
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpfloat (progress->fraction, >=, watch->fraction);
  watch->fraction = progress->fraction;
}

static void
on_variant (const PzHostResult *result, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpuint (result->seed, ==, 7 + watch->n_variants);
  g_assert_nonnull (result->image);
  watch->n_variants++;
  if (watch->n_variants == watch->stop_at)
    pz_job_queue_stop (watch->queue);
}

static void
on_finished (const GError *error, gpointer data)
{
  Watch *watch = data;

  watch->n_finished++;
  g_clear_error (&watch->error);
  watch->error = error ? g_error_copy (error) : NULL;
}

static const PzJobEvents events = {
  .opened = on_opened,
  .devices = on_devices,
  .progress = on_progress,
  .variant = on_variant,
  .finished = on_finished,
};

static PzHostConcept *
concept_of (float value)
{
  float pixels[4 * 4 * 3];
  PzHostConcept *concept = g_new0 (PzHostConcept, 1);

  for (guint i = 0; i < G_N_ELEMENTS (pixels); i++)
    pixels[i] = value;
  concept->image = pz_image_new (4, 4, 3, pixels);
  return concept;
}

static void
watch_start (Watch *watch)
{
  pz_fake_reset ();
  *watch = (Watch) { 0 };
  watch->queue = pz_job_queue_new (NULL, &events, watch);
}

static void
watch_end (Watch *watch)
{
  pz_job_queue_free (watch->queue);
  g_clear_error (&watch->error);
  g_assert_false (pz_fake.wrong_thread);
}

static void
generate (Watch *watch, guint variants, float value)
{
  g_autoptr (PzSettings) settings = pz_settings_new ();

  g_object_set (settings, "variants", (gint) variants, "seed", 7, NULL);
  watch->n_variants = 0;
  watch->fraction = 0;
  pz_job_queue_generate (watch->queue, concept_of (value), pz_settings_snapshot (settings));
  g_assert_true (pz_job_queue_is_running (watch->queue));
  PZ_WAIT_UNTIL (!pz_job_queue_is_running (watch->queue));
}

static void
test_one_session_serves_many_runs (void)
{
  Watch watch;

  watch_start (&watch);
  pz_job_queue_open (watch.queue, NULL, NULL);
  PZ_WAIT_UNTIL (watch.n_opened == 1);
  g_assert_no_error (watch.error);
  g_assert_cmpuint (watch.n_devices, ==, 1);
  generate (&watch, 3, 0.5f);
  g_assert_no_error (watch.error);
  g_assert_cmpuint (watch.n_variants, ==, 3);
  generate (&watch, 2, 0.5f);
  g_assert_cmpuint (watch.n_variants, ==, 2);
  g_assert_cmpuint (pz_fake.n_open, ==, 1);
  g_assert_cmpuint (pz_fake.n_encode, ==, 1);
  generate (&watch, 1, 0.25f);
  g_assert_cmpuint (pz_fake.n_encode, ==, 2);
  watch_end (&watch);
}

static void
test_start_has_the_settled_size (void)
{
  g_autoptr (PzSettings) settings = pz_settings_new ();
  PzSnapshot *snapshot = pz_settings_snapshot (settings);
  float *pixels = g_new0 (float, 100 * 100 * 3);
  Watch watch;

  watch_start (&watch);
  pz_fake.settled_side = 96;
  snapshot->params.seed = 7;
  snapshot->start = pz_host_start_new (&(PzHostStart) {
    0, 0, 100, 100, pz_image_new_take (100, 100, 3, pixels) });
  pz_job_queue_generate (watch.queue, concept_of (0.5f), snapshot);
  PZ_WAIT_UNTIL (!pz_job_queue_is_running (watch.queue));
  g_assert_no_error (watch.error);
  g_assert_cmpuint (pz_fake.start_width, ==, 96);
  g_assert_cmpuint (pz_fake.start_height, ==, 96);
  watch_end (&watch);
}

static void
test_stop_keeps_what_is_done (void)
{
  Watch watch;

  watch_start (&watch);
  pz_fake.hold_step = 9; /* first step of the third variant */
  watch.stop_at = 2;
  generate (&watch, 16, 0.5f);
  g_assert_error (watch.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (watch.n_variants, >=, 2);
  g_assert_cmpuint (watch.n_variants, <, 16);
  watch.stop_at = 0;
  generate (&watch, 2, 0.5f);
  g_assert_no_error (watch.error);
  watch_end (&watch);
}

static void
test_errors_arrive_and_a_lost_device_is_opened_anew (void)
{
  Watch watch;

  watch_start (&watch);
  pz_fake.generate_error = PZ_ERROR_DEVICE_LOST;
  generate (&watch, 3, 0.5f);
  g_assert_error (watch.error, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
  g_assert_cmpuint (watch.n_variants, ==, 1);
  pz_fake.generate_error = -1;
  generate (&watch, 3, 0.5f);
  g_assert_no_error (watch.error);
  g_assert_cmpuint (pz_fake.n_open, ==, 2);
  watch_end (&watch);

  watch_start (&watch);
  pz_fake.open_error = PZ_ERROR_NO_DEVICE;
  pz_job_queue_open (watch.queue, NULL, NULL);
  PZ_WAIT_UNTIL (watch.n_opened == 1);
  g_assert_error (watch.error, PZ_ERROR, PZ_ERROR_NO_DEVICE);
  watch_end (&watch);
}

static void
test_freeing_stops_a_run (void)
{
  g_autoptr (PzSettings) settings = pz_settings_new ();
  gint64 start_us = g_get_monotonic_time ();
  Watch watch;

  watch_start (&watch);
  pz_fake.hold_step = 1;
  g_object_set (settings, "variants", 16, NULL);
  pz_job_queue_generate (watch.queue, concept_of (0.5f), pz_settings_snapshot (settings));
  watch_end (&watch);
  g_assert_cmpuint (watch.n_finished, ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, pz_patience_us (10));
}

/* ---- settings and texts ---- */

static void
test_settings_become_parameters (void)
{
  g_autoptr (PzSettings) settings = pz_settings_new ();
  g_autoptr (PzSnapshot) first = pz_settings_snapshot (settings);
  g_autoptr (PzSnapshot) second = NULL;

  g_assert_cmpstr (first->params.prompt, ==, PZ_SETTINGS_PROMPT);
  g_assert_cmpuint (first->params.variants, ==, 4);
  g_assert_cmpuint (first->params.steps, ==, 0);
  g_assert_cmpfloat (first->params.guidance, <, 0);
  g_assert_cmpfloat (first->params.fidelity, <, 0.0); /* the model's default */
  g_assert_null (first->params.sampler);
  g_assert_cmpint (first->params.words, ==, PZ_WORDS_PRIMARY);
  g_assert_cmpuint (first->params.seed, <=, PZ_SETTINGS_MAX_SEED);

  g_object_set (settings, "prompt", "a S", "seed", 5, "words", "all", "width", 128, "sampler",
                "euler", "fidelity", 0.0, NULL);
  second = pz_settings_snapshot (settings);
  g_object_set (settings, "prompt", "another", NULL);
  g_assert_cmpstr (second->params.prompt, ==, "a S");
  g_assert_cmpuint (second->params.seed, ==, 5);
  g_assert_cmpint (second->params.words, ==, PZ_WORDS_ALL);
  g_assert_cmpstr (second->params.sampler, ==, "euler");
  g_assert_cmpfloat (second->params.fidelity, ==, 0.0);
  g_assert_cmpuint (second->params.width, ==, 128);
}

static void
test_placeholder_is_a_word_of_its_own (void)
{
  static const struct
  {
    const char *prompt;
    gint start, end; /* -1 = there is no placeholder */
  } cases[] = {
    { "a S on a beach", 2, 3 },
    { "S", 0, 1 },
    { "two S2, big", 4, 6 },
    { "(S)", 1, 2 },
    { "S's hat", 0, 1 },
    { "a s here", -1, 0 },
    { "Sea and SS", -1, 0 },
    { "ÄS", -1, 0 },
    { "", -1, 0 },
    { "aS S_ S", 6, 7 },
    { "S0", -1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize start = 0, end = 0;
      gboolean found = pz_prompt_find_placeholder (cases[i].prompt, 0, &start, &end);

      g_test_message ("%s", cases[i].prompt);
      g_assert_cmpint (found, ==, cases[i].start >= 0);
      if (found)
        {
          g_assert_cmpuint (start, ==, (gsize) cases[i].start);
          g_assert_cmpuint (end, ==, (gsize) cases[i].end);
        }
    }
  g_assert_true (pz_prompt_is_blank (" \n\t\xc2\xa0"));
  g_assert_false (pz_prompt_is_blank (" x"));
}

static void
test_progress_is_said_in_words (void)
{
  PzProgress progress = {
    .stage = PZ_STAGE_STEP,
    .seconds_left = 5.2,
    .variant = 2,
    .n_variants = 4,
    .step = 3,
    .n_steps = 4,
  };
  g_autofree char *step = pz_progress_text (&progress);
  g_autofree char *minutes = NULL, *load = NULL;

  g_assert_cmpstr (step, ==, "Variant 2 of 4 · step 3 of 4 · about 6 s left");
  progress.seconds_left = 130;
  minutes = pz_progress_text (&progress);
  g_assert_cmpstr (minutes, ==, "Variant 2 of 4 · step 3 of 4 · about 2 min left");
  progress.stage = PZ_STAGE_LOAD;
  progress.seconds_left = -1;
  load = pz_progress_text (&progress);
  g_assert_cmpstr (load, ==, "Loading the model…");
}

static void
test_every_error_has_a_sentence_and_a_next_step (void)
{
  for (gint code = PZ_ERROR_NO_DEVICE; code <= PZ_ERROR_BAD_LORA; code++)
    {
      g_autoptr (GError) error = g_error_new (PZ_ERROR, code, "engine: expected a, found b");
      PzNoticeText text = pz_error_text (error);

      g_assert_true (text.what && *text.what);
      if (code == PZ_ERROR_BAD_INPUT)
        g_assert_cmpstr (text.what, ==, error->message);
      else
        {
          g_assert_true (text.next && *text.next);
          g_assert_cmpstr (text.detail, ==, error->message);
        }
    }
}

static void
test_every_note_has_a_sentence_of_its_own (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (PzNote note = PZ_NOTE_PROMPT_CUT; note <= PZ_NOTE_WHOLE_PICTURE; note++)
    g_assert_true (g_hash_table_add (seen, (gpointer) pz_note_text (note)));
}

int
main (int argc, char **argv)
{
  /* Isolated folders, so that no other process holds the lock. */
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/ui/relay-coalesces-progress-and-keeps-messages-in-order", test_relay);
  g_test_add_func ("/ui/turn/long-work-lets-who-waits-go-first",
                   test_long_work_lets_who_waits_go_first);
  g_test_add_func ("/ui/job/one-session-serves-many-runs", test_one_session_serves_many_runs);
  g_test_add_func ("/ui/job/start-has-the-settled-size", test_start_has_the_settled_size);
  g_test_add_func ("/ui/job/stop-keeps-what-is-done", test_stop_keeps_what_is_done);
  g_test_add_func ("/ui/job/errors-arrive-and-a-lost-device-is-opened-anew",
                   test_errors_arrive_and_a_lost_device_is_opened_anew);
  g_test_add_func ("/ui/job/freeing-stops-a-run", test_freeing_stops_a_run);
  g_test_add_func ("/ui/settings-become-parameters", test_settings_become_parameters);
  g_test_add_func ("/ui/placeholder-is-a-word-of-its-own",
                   test_placeholder_is_a_word_of_its_own);
  g_test_add_func ("/ui/progress-is-said-in-words", test_progress_is_said_in_words);
  g_test_add_func ("/ui/every-error-has-a-sentence-and-a-next-step",
                   test_every_error_has_a_sentence_and_a_next_step);
  g_test_add_func ("/ui/every-note-has-a-sentence-of-its-own",
                   test_every_note_has_a_sentence_of_its_own);
  return g_test_run ();
}
