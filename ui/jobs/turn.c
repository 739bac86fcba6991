/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/jobs/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define TURN_NAME "gimp-personalize.lock"
#define NEXT_NAME "gimp-personalize.next"
#define LOOK_AGAIN_US (G_USEC_PER_SEC / 10)

struct _PzTurn
{
  gint lock; /* -1 = it cannot be created, or we do not hold it now */
};

/* FALSE = another process holds it. lock: (out), -1 if it cannot be created; that counts as held. */
static gboolean
try_lock (const char *name, gint *lock)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);

  *lock = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (*lock < 0 || flock (*lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return TRUE;
  close (*lock);
  *lock = -1;
  return FALSE;
}

static void
let_go (gint *lock)
{
  if (*lock >= 0)
    close (*lock);
  *lock = -1;
}

static gboolean
wait_for_lock (const char *name, gint *lock, GCancellable *cancellable, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (try_lock (name, lock))
        return TRUE;
      g_usleep (LOOK_AGAIN_US);
    }
  return FALSE;
}

static PzTurn *
turn_new (gint lock)
{
  PzTurn *turn = g_new (PzTurn, 1);

  turn->lock = lock;
  return turn;
}

PzTurn *
pz_turn_try (void)
{
  gint lock;

  return try_lock (TURN_NAME, &lock) ? turn_new (lock) : NULL;
}

void
pz_turn_end (PzTurn *turn)
{
  let_go (&turn->lock);
  g_free (turn);
}

/* Takes the lock of the process that is next in line first, then the turn. */
static gboolean
wait_for_turn (gint *lock, GCancellable *cancellable, GError **error)
{
  gint next;
  gboolean ours;

  if (!wait_for_lock (NEXT_NAME, &next, cancellable, error))
    return FALSE;
  ours = wait_for_lock (TURN_NAME, lock, cancellable, error);
  let_go (&next);
  return ours;
}

PzTurn *
pz_turn_wait (GCancellable *cancellable, GError **error)
{
  gint lock;

  return wait_for_turn (&lock, cancellable, error) ? turn_new (lock) : NULL;
}

gboolean
pz_turn_hand_over (PzTurn *turn, GCancellable *cancellable, GError **error)
{
  gint next;

  if (try_lock (NEXT_NAME, &next))
    {
      let_go (&next);
      return TRUE;
    }
  let_go (&turn->lock);
  return wait_for_turn (&turn->lock, cancellable, error);
}
