/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures how long a task continues after it was cancelled, during a step and during the decoder of a 512x512 picture.
 * PZ_TEST_PATIENCE is a factor for the time limit, for busy machines.
 *   test-full-stop MODEL
 */
#include "models/session.h"

#define LIMIT_US (G_USEC_PER_SEC / 2)
#define SIDE 512

/* Delays after the stage has started: during its first submits, and later. */
static const gulong delays_us[] = { 50000, 700000, 1900000 };

typedef struct
{
  PzStage stage; /* the stage to cancel in */
  gulong delay_us;
  GCancellable *cancellable;
  GThread *thread;
  gint64 cancelled_us;
} Stop;

static PzSession *session;
static double patience = 1.0;

static gpointer
cancel_later (gpointer data)
{
  Stop *stop = data;

  g_usleep (stop->delay_us);
  stop->cancelled_us = g_get_monotonic_time ();
  g_cancellable_cancel (stop->cancellable);
  return NULL;
}

static void
on_progress (const PzProgress *progress, gpointer data)
{
  Stop *stop = data;

  if (progress->stage == stop->stage && stop->thread == NULL)
    stop->thread = g_thread_new ("cancel", cancel_later, stop);
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  (void) variant;
  (void) data;
  (void) error;
  g_assert_not_reached ();
  return FALSE;
}

static void
stop_once (PzStage stage, gulong delay_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Stop stop = { .stage = stage, .delay_us = delay_us, .cancellable = cancellable };
  const PzGenerateParams params = {
    .prompt = "a photo of a ball",
    .sampler = "lcm",
    .steps = 1,
    .guidance = 1.0,
    .fidelity = -1.0,
    .width = SIDE,
    .height = SIDE,
  };
  const PzTaskParams task = {
    .cancellable = cancellable,
    .progress = on_progress,
    .progress_data = &stop,
  };
  gint64 took_us;

  g_assert_false (pz_session_generate (session, &params, NULL, 0, &task, on_variant, NULL,
                                       &error));
  took_us = g_get_monotonic_time () - stop.cancelled_us;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (stop.thread);
  g_test_message ("ended %.3f s after it was stopped", (double) took_us / G_USEC_PER_SEC);
  g_assert_cmpfloat ((double) took_us, <=, patience * LIMIT_US);
}

static void
test_stop (gconstpointer stage)
{
  for (gsize i = 0; i < G_N_ELEMENTS (delays_us); i++)
    stop_once (GPOINTER_TO_UINT (stage), delays_us[i]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *text = g_getenv ("PZ_TEST_PATIENCE");
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  if (text != NULL)
    patience = MAX (g_ascii_strtod (text, NULL), 1.0);
  session = pz_session_open (&(PzSessionParams) { .model = argv[1] }, &error);
  g_assert_no_error (error);
  g_test_add_data_func ("/full/stop-in-a-step", GUINT_TO_POINTER (PZ_STAGE_STEP), test_stop);
  g_test_add_data_func ("/full/stop-in-the-decoder", GUINT_TO_POINTER (PZ_STAGE_DECODE),
                        test_stop);
  status = g_test_run ();
  pz_session_close (session);
  return status;
}
