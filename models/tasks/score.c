/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/score.h"

#include <math.h>
#include <stdlib.h>

#define N_DRAWS 2000 /* repetitions differ by about 1 % of the interval's width */
#define OUTSIDE 0.025 /* fraction of the means on each side */
#define SEED 10

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
find_interval (const double values[], guint n, PzScore *score)
{
  g_autofree double *means = g_new (double, N_DRAWS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);

  for (guint i = 0; i < N_DRAWS; i++)
    {
      double sum = 0.0;

      for (guint j = 0; j < n; j++)
        sum += values[g_rand_int_range (rand, 0, (gint32) n)];
      means[i] = sum / n;
    }
  qsort (means, N_DRAWS, sizeof means[0], compare_doubles);
  score->low = means[(guint) (OUTSIDE * N_DRAWS)];
  score->high = means[(guint) ((1.0 - OUTSIDE) * N_DRAWS) - 1];
}

PzScore
pz_score_summarize (const double values[], guint n)
{
  PzScore score = { .mean = NAN, .error = NAN, .low = NAN, .high = NAN };
  g_autofree double *there = g_new (double, MAX (n, 1));
  double sum = 0.0, square = 0.0;

  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      {
        there[score.n++] = values[i];
        sum += values[i];
      }
  if (score.n == 0)
    return score;
  score.mean = sum / score.n;
  for (guint i = 0; i < score.n; i++)
    square += (there[i] - score.mean) * (there[i] - score.mean);
  if (score.n > 1)
    score.error = sqrt (square / (score.n - 1) / score.n);
  find_interval (there, score.n, &score);
  return score;
}

double
pz_score_cosine (const float *a, const float *b, guint width)
{
  double sum = 0.0;

  for (guint i = 0; i < width; i++)
    sum += (double) a[i] * (double) b[i];
  return sum;
}

double
pz_score_against (const float *direction, const float *const others[], guint n, guint width)
{
  double sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += pz_score_cosine (direction, others[i], width);
  return n > 0 ? sum / n : (double) NAN;
}

double
pz_score_geometric (double image, double text)
{
  return image >= 0.0 && text >= 0.0 ? sqrt (image * text) : (double) NAN;
}
