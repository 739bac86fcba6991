/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every sub-command needs around its work: the last word on stderr, Ctrl+C.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"

int
pz_fail (GError *error)
{
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (cancelled)
    fprintf (stderr, "personalize: stopped\n");
  else
    fprintf (stderr, "personalize: %s\n", error->message);
  g_error_free (error);
  return cancelled ? PZ_EXIT_CANCELLED : PZ_EXIT_FAILED;
}

gboolean
pz_parse_size (const char *text, guint *width, guint *height)
{
  char *end;
  guint64 w, h;

  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  w = g_ascii_strtoull (text, &end, 10);
  if (*end != 'x' || !g_ascii_isdigit (end[1]))
    return FALSE;
  h = g_ascii_strtoull (end + 1, &end, 10);
  *width = (guint) MIN (w, G_MAXINT);
  *height = (guint) MIN (h, G_MAXINT);
  return *end == '\0' && w > 0 && h > 0;
}

static gpointer
wait_for_signal (gpointer data)
{
  sigset_t *set = data;
  int number;

  sigwait (set, &number);
  g_cancellable_cancel (pz_interrupt ());
  /* A second Ctrl+C means it: the default action is back. */
  pthread_sigmask (SIG_UNBLOCK, set, NULL);
  for (;;)
    pause ();
  return NULL;
}

GCancellable *
pz_interrupt (void)
{
  static GCancellable *cancellable = NULL;
  static sigset_t set;

  if (cancellable == NULL)
    {
      cancellable = g_cancellable_new ();
      sigemptyset (&set);
      sigaddset (&set, SIGINT);
      sigaddset (&set, SIGTERM);
      pthread_sigmask (SIG_BLOCK, &set, NULL);
      g_thread_unref (g_thread_new ("signals", wait_for_signal, &set));
    }
  return cancellable;
}

char *
pz_binary_folder (void)
{
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);

  return path != NULL ? g_path_get_dirname (path) : g_get_current_dir ();
}

gboolean
pz_bad_option (GError **error, const char *option, const char *expected, const char *found)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "%s: expected %s, found “%s”", option,
               expected, found);
  return FALSE;
}
