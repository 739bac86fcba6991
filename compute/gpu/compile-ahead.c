/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/compile-ahead.h"

#include <string.h>

#include "compute/base/bytes-key.h"
#include "compute/gpu/gpu-private.h"

/* Minimum number of waiting kernels for which opening the device again is worthwhile. */
#define LEAST_WAITING 4
#define MOST_HELPERS 7
#define LINGER_US (G_USEC_PER_SEC / 2) /* how long an idle helper keeps its device */

typedef enum
{
  WAITING = 1,
  UNDER_WAY,
  SETTLED, /* finished by a helper, or left to the gpu's thread */
} State;

struct _PzAhead
{
  PzGpu *gpu;
  guint most_helpers;
  GMutex lock; /* protects everything below */
  GCond changed;
  GHashTable *states; /* PzPipelineParams -> State */
  GQueue waiting; /* of PzPipelineParams, owned by states */
  guint n_helpers; /* helpers that take pipelines from `waiting` */
  guint n_threads; /* helpers, and threads that are about to end */
  gboolean closing;
};

PZ_DEFINE_BYTES_KEY (PzPipelineParams, params)

static gint
params_compare (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (PzPipelineParams));
}

static gboolean
driver_keeps_kernels (void)
{
  const char *disable = g_getenv ("MESA_SHADER_CACHE_DISABLE");

  return disable == NULL || g_str_equal (disable, "") || g_str_equal (disable, "false")
         || g_str_equal (disable, "0");
}

PzAhead *
pz_ahead_new (PzGpu *gpu)
{
  PzAhead *self = g_new0 (PzAhead, 1);

  self->gpu = gpu;
  if (gpu->info->kind == PZ_GPU_SOFTWARE && driver_keeps_kernels ())
    self->most_helpers = MIN (g_get_num_processors (), MOST_HELPERS);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->states = g_hash_table_new_full (params_hash, params_equal, g_free, NULL);
  g_queue_init (&self->waiting);
  return self;
}

void
pz_ahead_free (PzAhead *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  while (self->n_threads > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->states);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- with the lock held ---- */

static State
state_of (const PzAhead *self, const PzPipelineParams *params)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->states, params));
}

static void
set_state (PzAhead *self, const PzPipelineParams *params, State state)
{
  g_hash_table_insert (self->states, g_memdup2 (params, sizeof *params),
                       GUINT_TO_POINTER (state));
  g_cond_broadcast (&self->changed);
}

/* Takes the next request. FALSE if none arrived within LINGER_US, or when closing. */
static gboolean
take (PzAhead *self, PzPipelineParams *params)
{
  const gint64 until = g_get_monotonic_time () + LINGER_US;
  const PzPipelineParams *next;

  while (!self->closing && g_queue_is_empty (&self->waiting))
    if (!g_cond_wait_until (&self->changed, &self->lock, until))
      break;
  if (self->closing || g_queue_is_empty (&self->waiting))
    return FALSE;
  next = g_queue_pop_head (&self->waiting);
  *params = *next;
  set_state (self, params, UNDER_WAY);
  return TRUE;
}

/* ---- a helper ---- */

static gpointer
help (gpointer data)
{
  PzAhead *self = data;
  g_autofree char *index = g_strdup_printf ("%u", self->gpu->info->index);
  PzGpu *own = pz_gpu_open (
    &(PzGpuParams) {
      .device = index,
      .subgroup_size = self->gpu->wanted_subgroup_size,
    },
    NULL);
  PzPipelineParams params;

  g_mutex_lock (&self->lock);
  while (own != NULL && take (self, &params))
    {
      g_mutex_unlock (&self->lock);
      /* Errors are ignored: they occur again, and are reported, when the pipeline is used. */
      pz_gpu_get_pipeline (own, &params, NULL);
      g_mutex_lock (&self->lock);
      set_state (self, &params, SETTLED);
    }
  self->n_helpers--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (own != NULL)
    pz_gpu_leave_pipelines (own);
  pz_gpu_close (own);
  g_mutex_lock (&self->lock);
  self->n_threads--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---- the gpu's thread ---- */

/* With the lock held. If no thread can be created, the gpu's thread compiles all kernels. */
static void
start_helper (PzAhead *self)
{
  GThread *thread = g_thread_try_new ("compile-ahead", help, self, NULL);

  if (thread == NULL)
    {
      self->most_helpers = self->n_helpers;
      return;
    }
  self->n_helpers++;
  self->n_threads++;
  g_thread_unref (thread);
}

void
pz_ahead_ask (PzAhead *self, const PzPipelineParams *params)
{
  g_mutex_lock (&self->lock);
  if (self->most_helpers > 0 && state_of (self, params) == 0)
    {
      PzPipelineParams *kept = g_memdup2 (params, sizeof *params);

      g_hash_table_insert (self->states, kept, GUINT_TO_POINTER (WAITING));
      g_queue_push_tail (&self->waiting, kept);
      g_cond_broadcast (&self->changed);
    }
  while (self->waiting.length >= LEAST_WAITING && self->n_helpers < self->most_helpers)
    start_helper (self);
  g_mutex_unlock (&self->lock);
}

void
pz_ahead_claim (PzAhead *self, const PzPipelineParams *params)
{
  g_mutex_lock (&self->lock);
  while (state_of (self, params) == UNDER_WAY)
    g_cond_wait (&self->changed, &self->lock);
  if (state_of (self, params) == WAITING)
    {
      GList *link = g_queue_find_custom (&self->waiting, params, params_compare);

      g_queue_delete_link (&self->waiting, link);
      set_state (self, params, SETTLED);
    }
  g_mutex_unlock (&self->lock);
}

gboolean
pz_ahead_is_at (PzAhead *self, const PzPipelineParams *params, gint64 wait_us)
{
  const gint64 until = g_get_monotonic_time () + wait_us;
  gboolean is_at;

  g_mutex_lock (&self->lock);
  do
    is_at = state_of (self, params) == UNDER_WAY
            || (state_of (self, params) == WAITING && self->n_helpers > 0);
  while (is_at && g_cond_wait_until (&self->changed, &self->lock, until));
  g_mutex_unlock (&self->lock);
  return is_at;
}
