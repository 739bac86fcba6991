/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wall times of things done again and again. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The milliseconds since `began` (g_get_monotonic_time ()), behind those in list, of double. */
void pz_spent_note (GArray *list, gint64 began);
/* Sorts the list; 0 where it is empty. */
double pz_spent_median (GArray *list);

G_END_DECLS
