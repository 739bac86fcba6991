/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define LOOK_AGAIN_US (G_USEC_PER_SEC / 10)

struct _PzTurn
{
  gint lock; /* -1 = none could be made */
};

PzTurn *
pz_turn_try (void)
{
  g_autofree char *path =
    g_build_filename (g_get_user_runtime_dir (), "gimp-personalize.lock", NULL);
  gint lock = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  PzTurn *turn;

  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      close (lock);
      return NULL;
    }
  turn = g_new0 (PzTurn, 1);
  turn->lock = lock;
  return turn;
}

void
pz_turn_end (PzTurn *turn)
{
  if (turn->lock >= 0)
    close (turn->lock);
  g_free (turn);
}

PzTurn *
pz_turn_wait (GCancellable *cancellable, GError **error)
{
  PzTurn *turn = NULL;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error) && !(turn = pz_turn_try ()))
    g_usleep (LOOK_AGAIN_US);
  return turn;
}
