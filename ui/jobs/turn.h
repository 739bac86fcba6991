/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run at a time: dialogs of one person, each a process of its own, take turns at the device. Who has the turn holds a
 * lock, which the kernel lets go of when the process ends, however it ends; who is next in line holds a second one, so that
 * long work can see that somebody waits and let that one go first. Thread: any; a turn belongs to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PzTurn PzTurn;

/* NULL = somebody else's. Where no lock can be made, it is always our turn. (transfer full) */
PzTurn *pz_turn_try (void);
void pz_turn_end (PzTurn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTurn, pz_turn_end)

/* Blocks until it is ours, in the order in which people came. NULL = cancelled. cancellable may be NULL. (transfer full) */
PzTurn *pz_turn_wait (GCancellable *cancellable, GError **error);

/* In the middle of long work: lets somebody who waits go first, and blocks until it is ours again. At once where nobody
 * waits. FALSE = cancelled, and the turn is not ours any more; it is still to be ended. */
gboolean pz_turn_hand_over (PzTurn *turn, GCancellable *cancellable, GError **error);

G_END_DECLS
