/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fits a mask by a linear function of the colours in each window: see guided-filter.h.
 */
#include "models/tasks/guided-filter.h"

/* ---- means of windows ---- */

/* Computes the mean of the window around each position of a line; windows are clipped to the line. */
static void
mean_line (const float *from, gsize step, guint n, guint radius, float *to)
{
  double sum = 0.0;
  guint first = 0, last = 0; /* range of the sum: [first, last) */

  for (guint i = 0; i < n; i++)
    {
      const guint begin = i > radius ? i - radius : 0, end = MIN (i + radius + 1, n);

      for (; last < end; last++)
        sum += (double) from[last * step];
      for (; first < begin; first++)
        sum -= (double) from[first * step];
      to[i * step] = (float) (sum / (end - begin));
    }
}

/* Replaces each value by the mean of its window. */
static void
mean (const PzGuide *guide, float *plane)
{
  g_autofree float *half = g_new (float, (gsize) guide->width * guide->height);

  for (gsize y = 0; y < guide->height; y++)
    mean_line (plane + y * guide->width, 1, guide->width, guide->radius,
               half + y * guide->width);
  for (gsize x = 0; x < guide->width; x++)
    mean_line (half + x, guide->width, guide->height, guide->radius, plane + x);
}

/* ---- the functions ---- */

/* The covariance of two planes in each window: the mean of the product minus the product of the means. (transfer full) */
static float *
covariance (const PzGuide *guide,
            const float *a,
            const float *mean_a,
            const float *b,
            const float *mean_b)
{
  const gsize n = (gsize) guide->width * guide->height;
  float *product = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    product[i] = a[i] * b[i];
  mean (guide, product);
  for (gsize i = 0; i < n; i++)
    product[i] -= mean_a[i] * mean_b[i];
  return product;
}

/* Solves m x = y by cofactors. m is symmetric: [rr, rg, rb, gg, gb, bb]. */
static void
solve (const double m[6], const double y[3], float x[3])
{
  const double c0 = m[3] * m[5] - m[4] * m[4];
  const double c1 = m[2] * m[4] - m[1] * m[5];
  const double c2 = m[1] * m[4] - m[2] * m[3];
  const double c4 = m[1] * m[2] - m[0] * m[4];
  const double determinant = m[0] * c0 + m[1] * c1 + m[2] * c2;

  x[0] = (float) ((c0 * y[0] + c1 * y[1] + c2 * y[2]) / determinant);
  x[1] = (float) ((c1 * y[0] + (m[0] * m[5] - m[2] * m[2]) * y[1] + c4 * y[2]) / determinant);
  x[2] = (float) ((c2 * y[0] + c4 * y[1] + (m[0] * m[3] - m[1] * m[1]) * y[2]) / determinant);
}

static const guint pairs[6][2] = { { 0, 0 }, { 0, 1 }, { 0, 2 }, { 1, 1 }, { 1, 2 }, { 2, 2 } };

void
pz_guide_find (PzGuide *guide, const float *pixels, const float *mask)
{
  const gsize n = (gsize) guide->width * guide->height;
  float *colours[3], *means[3], *with_mask[3], *of_pairs[6];
  g_autofree float *mean_mask = g_memdup2 (mask, n * sizeof (float));

  pz_guide_clear (guide);
  for (guint p = 0; p < PZ_GUIDE_PLANES; p++)
    guide->planes[p] = g_new (float, n);
  mean (guide, mean_mask);
  for (guint c = 0; c < 3; c++)
    {
      colours[c] = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        colours[c][i] = pixels[i * 3 + c];
      means[c] = g_memdup2 (colours[c], n * sizeof (float));
      mean (guide, means[c]);
      with_mask[c] = covariance (guide, colours[c], means[c], mask, mean_mask);
    }
  for (guint p = 0; p < 6; p++)
    of_pairs[p] = covariance (guide, colours[pairs[p][0]], means[pairs[p][0]],
                              colours[pairs[p][1]], means[pairs[p][1]]);
  for (gsize i = 0; i < n; i++)
    {
      double m[6], y[3];
      float a[3];

      for (guint p = 0; p < 6; p++)
        m[p] = (double) of_pairs[p][i]
               + (pairs[p][0] == pairs[p][1] ? (double) guide->epsilon : 0.0);
      for (guint c = 0; c < 3; c++)
        y[c] = (double) with_mask[c][i];
      solve (m, y, a);
      guide->planes[3][i] = mean_mask[i];
      for (guint c = 0; c < 3; c++)
        {
          guide->planes[c][i] = a[c];
          guide->planes[3][i] -= a[c] * means[c][i];
        }
    }
  for (guint p = 0; p < PZ_GUIDE_PLANES; p++)
    mean (guide, guide->planes[p]);
  for (guint c = 0; c < 3; c++)
    {
      g_free (colours[c]);
      g_free (means[c]);
      g_free (with_mask[c]);
    }
  for (guint p = 0; p < 6; p++)
    g_free (of_pairs[p]);
}

void
pz_guide_clear (PzGuide *guide)
{
  for (guint p = 0; p < PZ_GUIDE_PLANES; p++)
    g_clear_pointer (&guide->planes[p], g_free);
}
