/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A grandchild process plays the plug-in while it loads, its parent plays GIMP. The write end of the pipe stays open as long as
 * the grandchild lives.
 */
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/end-with-gimp.h"

#define SOON_MS 1000
#define LONG_SECONDS 60

/* Reports that it has started, then sleeps and does not handle any events. */
static void
be_the_plug_in (int to)
{
  pz_end_with_gimp ();
  if (write (to, "x", 1) != 1)
    _exit (1);
  sleep (LONG_SECONDS);
  _exit (0);
}

static void
test_the_plug_in_ends_when_gimp_is_killed (void)
{
  int ends[2];
  pid_t gimp;
  char byte;
  struct pollfd wait = { .events = POLLIN };

  g_assert_cmpint (pipe (ends), ==, 0);
  gimp = fork ();
  g_assert_cmpint (gimp, >=, 0);
  if (gimp == 0)
    {
      if (fork () == 0)
        be_the_plug_in (ends[1]);
      close (ends[1]);
      sleep (LONG_SECONDS);
      _exit (0);
    }
  close (ends[1]);
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  g_assert_cmpint (kill (gimp, SIGKILL), ==, 0);
  wait.fd = ends[0];
  g_assert_cmpint (poll (&wait, 1, SOON_MS), ==, 1);
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 0);
  waitpid (gimp, NULL, 0);
  close (ends[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plugin/it-ends-within-a-second-when-gimp-is-killed",
                   test_the_plug_in_ends_when_gimp_is_killed);
  return g_test_run ();
}
