/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/spent.h"

void
pz_spent_note (GArray *list, gint64 began)
{
  double ms = (double) (g_get_monotonic_time () - began) / 1000.0;

  g_array_append_val (list, ms);
}

static gint
compare_ms (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
pz_spent_median (GArray *list)
{
  if (list->len == 0)
    return 0.0;
  g_array_sort (list, compare_ms);
  return g_array_index (list, double, list->len / 2);
}
