/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where barriers go, and the proof that none is missing. Kernels use raw addresses, which the
 * synchronisation validation does not see, so this is the only guard. Pure functions: no
 * device.
 * Thread: any.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* barrier_before[i] = TRUE where dispatch i may not start before the ones since the last
 * barrier are done: exactly where byte ranges conflict, as late as possible. */
void pz_hazards_place (const PzDispatch dispatches[], guint n, gboolean barrier_before[]);

/* Says the first two dispatches that conflict (read after write, write after read or write
 * after write) and have no barrier between them; NULL = none. Looks at every pair,
 * independently of how barriers were placed. (transfer full) */
char *pz_hazards_find_missing (const PzDispatch dispatches[],
                               guint n,
                               const gboolean barrier_before[]);

/* Test mode: an order that reverses the dispatches between two barriers; order[i] is what comes
 * i-th. barrier_before is right for the new order too, and reversing twice gives the first
 * order back. */
void pz_hazards_reverse (const gboolean barrier_before[], guint n, guint order[]);

G_END_DECLS
