/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Places barriers and verifies that none is missing. Kernels use raw addresses, which synchronisation validation cannot track,
 * so this is the only check. Pure functions: no device.
 * Thread: any.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* Sets barrier_before[i] if the byte ranges of dispatch i conflict with those of a dispatch since the last barrier. Barriers
 * are placed as late as possible. */
void pz_hazards_place (const PzDispatch dispatches[], guint n, gboolean barrier_before[]);

/* Describes the first two dispatches that conflict (read after write, write after read or write after write) without a barrier
 * between them; NULL = none. Checks every pair, independently of pz_hazards_place (). (transfer full) */
char *pz_hazards_find_missing (const PzDispatch dispatches[],
                               guint n,
                               const gboolean barrier_before[]);

/* For tests: reverses the order of the dispatches between two barriers; order[i] is the index of the dispatch that runs i-th.
 * barrier_before is also valid for the new order. Reversing twice restores the original order. */
void pz_hazards_reverse (const gboolean barrier_before[], guint n, guint order[]);

G_END_DECLS
