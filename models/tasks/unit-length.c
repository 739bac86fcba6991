/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/unit-length.h"

#include <math.h>

gboolean
pz_unit_length (const char *whose, float *values, guint n, GError **error)
{
  double square = 0.0;

  for (guint i = 0; i < n; i++)
    square += (double) values[i] * (double) values[i];
  if (!isfinite (square) || square <= 0.0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
                   "%s: expected features with a finite length above 0, found %g", whose,
                   sqrt (square));
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    values[i] = (float) ((double) values[i] / sqrt (square));
  return TRUE;
}
