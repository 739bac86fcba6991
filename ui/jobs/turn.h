/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run at a time: the dialogs of a user, each in its own process, take turns on the device. The process whose turn
 * it is holds a lock, which the kernel releases when the process ends for any reason. The process that is next in line
 * holds a second lock, so that long work can detect that a process waits and let it go first. Thread: any; a turn
 * belongs to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PzTurn PzTurn;

/* NULL = another process has the turn. If no lock can be created, it is always our turn. (transfer full) */
PzTurn *pz_turn_try (void);
void pz_turn_end (PzTurn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTurn, pz_turn_end)

/* Blocks until it is our turn. The process that is next in line goes first; the order of further waiting processes is
 * not defined. NULL = cancelled. cancellable may be NULL. (transfer full) */
PzTurn *pz_turn_wait (GCancellable *cancellable, GError **error);

/* Call this during long work: lets a waiting process go first and blocks until it is our turn again. Returns at once if
 * no process waits. FALSE = cancelled, and the turn is lost; it must still be ended with pz_turn_end (). */
gboolean pz_turn_hand_over (PzTurn *turn, GCancellable *cancellable, GError **error);

G_END_DECLS
