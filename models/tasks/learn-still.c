/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-still.h"

#define EVERY 5
/* If evaluations only determine the best state, they are rarer, because each costs as much as a step. */
#define LOOKS_IN_A_RUN 8
#define LEAST_EVERY 8
#define WINDOW 15
#define LEAST_LOOKS 30
/* DVAR's authors use 0.15 for Textual Inversion. */
#define THRESHOLD 0.15

guint
pz_learn_still_every (guint n_steps, gboolean until_still)
{
  return until_still ? EVERY : MAX (n_steps / LOOKS_IN_A_RUN, LEAST_EVERY);
}

static double
variance (const double values[], guint n)
{
  double mean = 0.0, sum = 0.0;

  for (guint i = 0; i < n; i++)
    mean += values[i] / n;
  for (guint i = 0; i < n; i++)
    sum += (values[i] - mean) * (values[i] - mean);
  return sum / n;
}

gboolean
pz_learn_is_still (const GArray *rows)
{
  g_autofree double *looks = g_new (double, rows->len + 1);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const float still = g_array_index (rows, PzLearnRow, i).still;

      if (still >= 0.0f)
        looks[n++] = (double) still;
    }
  return n >= LEAST_LOOKS
         && variance (looks + n - WINDOW, WINDOW) < THRESHOLD * variance (looks, n);
}
