/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/jobs/progress-relay.h"

#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 20)

struct _PzRelay
{
  const PzRelayClass *klass;
  gpointer data;
  GMainContext *context;
  GSource *source; /* ready time -1 = nothing to deliver */
  GMutex mutex;
  /* Guarded by the mutex. */
  GQueue messages;
  gboolean has_progress;
  PzProgress progress;
  gint64 last_progress_us;
};

static gboolean
take (PzRelay *relay, PzProgress *progress, gpointer *message)
{
  gboolean has_progress;

  g_mutex_lock (&relay->mutex);
  has_progress = relay->has_progress;
  if (has_progress)
    {
      *progress = relay->progress;
      relay->has_progress = FALSE;
      relay->last_progress_us = g_get_monotonic_time ();
      *message = NULL;
    }
  else
    *message = g_queue_pop_head (&relay->messages);
  g_mutex_unlock (&relay->mutex);
  return has_progress;
}

static gboolean
deliver (gpointer data)
{
  PzRelay *relay = data;

  g_source_set_ready_time (relay->source, -1);
  for (;;)
    {
      PzProgress progress;
      gpointer message;

      if (take (relay, &progress, &message))
        relay->klass->progress (&progress, relay->data);
      else if (message)
        relay->klass->message (message, relay->data);
      else
        break;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  (void) source;
  return callback (data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

PzRelay *
pz_relay_new (const PzRelayClass *klass, gpointer data)
{
  PzRelay *relay = g_new0 (PzRelay, 1);

  relay->klass = klass;
  relay->data = data;
  relay->context = g_main_context_ref_thread_default ();
  g_mutex_init (&relay->mutex);
  g_queue_init (&relay->messages);
  relay->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (relay->source, deliver, relay, NULL);
  g_source_attach (relay->source, relay->context);
  return relay;
}

void
pz_relay_free (PzRelay *relay)
{
  g_source_destroy (relay->source);
  g_source_unref (relay->source);
  g_main_context_unref (relay->context);
  g_queue_clear_full (&relay->messages, relay->klass->free_message);
  g_mutex_clear (&relay->mutex);
  g_free (relay);
}

void
pz_relay_post (PzRelay *relay, gpointer message)
{
  g_mutex_lock (&relay->mutex);
  g_queue_push_tail (&relay->messages, message);
  g_mutex_unlock (&relay->mutex);
  g_source_set_ready_time (relay->source, 0);
}

void
pz_relay_post_progress (PzRelay *relay, const PzProgress *progress)
{
  gint64 due_us;
  gboolean wake;

  g_mutex_lock (&relay->mutex);
  relay->progress = *progress;
  wake = !relay->has_progress && g_queue_is_empty (&relay->messages);
  relay->has_progress = TRUE;
  due_us = relay->last_progress_us + PROGRESS_INTERVAL_US;
  g_mutex_unlock (&relay->mutex);
  if (wake)
    g_source_set_ready_time (relay->source, due_us);
}
