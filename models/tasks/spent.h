/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wall times of repeated work. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends the milliseconds since `began` (g_get_monotonic_time ()) to list, of double. */
void pz_spent_note (GArray *list, gint64 began);
/* Sorts the list. 0 if it is empty. */
double pz_spent_median (GArray *list);

G_END_DECLS
