/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run at a time: dialogs of one person, each a process of its own, take turns at the device. Who has the turn holds a
 * lock, which the kernel lets go of when the process ends, however it ends. Thread: any; a turn belongs to one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PzTurn PzTurn;

/* NULL = somebody else's. Where no lock can be made, it is always our turn. (transfer full) */
PzTurn *pz_turn_try (void);
void pz_turn_end (PzTurn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTurn, pz_turn_end)

/* Blocks until it is ours. NULL = cancelled. cancellable may be NULL. (transfer full) */
PzTurn *pz_turn_wait (GCancellable *cancellable, GError **error);

G_END_DECLS
