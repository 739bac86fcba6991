/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time limits for tests, and waiting with a time limit.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_PATIENCE_S 30.0 /* for events that should happen at once */

/* The time in microseconds, multiplied by $PZ_TEST_PATIENCE if that is set, for busy machines. */
static inline gint64
pz_patience_us (double seconds)
{
  const char *patience = g_getenv ("PZ_TEST_PATIENCE");
  double factor = patience ? g_ascii_strtod (patience, NULL) : 1;

  return (gint64) (seconds * factor * G_USEC_PER_SEC);
}

static inline gboolean
pz_patience_wake (gpointer data)
{
  (void) data;
  return G_SOURCE_CONTINUE;
}

/* Runs the default main loop until the condition is TRUE. After PZ_PATIENCE_S, aborts with a message that contains the
 * condition. */
#define PZ_WAIT_UNTIL(condition) \
  G_STMT_START \
  { \
    gint64 pz_end_us = g_get_monotonic_time () + pz_patience_us (PZ_PATIENCE_S); \
    /* Wakes up an idle loop, so that the time limit is checked. */ \
    guint pz_wake_id = g_timeout_add (50, pz_patience_wake, NULL); \
\
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > pz_end_us) \
          g_error ("%s: waited in vain for %s", G_STRLOC, #condition); \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (pz_wake_id); \
  } \
  G_STMT_END

G_END_DECLS
