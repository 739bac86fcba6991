/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A coarse mask laid along a picture's edges.
 *
 * The guided filter fits, in each window, the mask as a linear function of the colours; where colours change with the mask its
 * edge becomes theirs. The functions are found in a smaller picture and applied to every pixel of the large one.
 */
#include <math.h>

#include "models/finder.h"

#include "compute/error.h"

#define MOST_SIDE 512 /* of the picture in which functions are found */
#define RADIUS_PART 64 /* a window's radius is this part of its longer side */
#define EPSILON 4e-4f /* variance of a colour that counts as none: 5 levels of 255 */
#define BAND 2 /* coarse pixels around an edge in which it may lie */
#define DECISION \
  2.0f /* what is likelier than not is taken for more than that: masks are seldom half of anything */
#define GAIN 1.6f /* what a window averages away of an edge's contrast */

/* Per pixel of the smaller picture; those that are kept for the large one come first. */
typedef enum
{
  A_RED,
  A_GREEN,
  A_BLUE,
  OFFSET,
  FLOOR, /* what the mask is at least, and at most */
  CEILING,
  N_KEPT,
  MASK = N_KEPT,
  N_PLANES,
} Plane;

typedef struct
{
  guint width, height, radius;
  float *planes[N_PLANES];
} Fit;

static void
fit_clear (Fit *fit)
{
  for (guint i = 0; i < N_PLANES; i++)
    g_free (fit->planes[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fit, fit_clear)

/* ---- planes ---- */

/* Where pixel `index` of `n` lies between two of `from`. */
typedef struct
{
  guint first, second;
  float part; /* of the second */
} Between;

static Between
between (guint index, guint n, guint from)
{
  const double at = ((double) index + 0.5) * from / n - 0.5;
  const double inside = CLAMP (at, 0.0, (double) from - 1.0);
  const guint first = (guint) inside;

  return (Between) { first, MIN (first + 1, from - 1), (float) (inside - first) };
}

static inline float
mix (float a, float b, float part)
{
  return a + (b - a) * part;
}

static void
enlarge (const float *from, guint side, guint width, guint height, float *to)
{
  for (guint y = 0; y < height; y++)
    {
      const Between down = between (y, height, side);

      for (guint x = 0; x < width; x++)
        {
          const Between across = between (x, width, side);
          const float *upper = from + (gsize) down.first * side;
          const float *lower = from + (gsize) down.second * side;

          to[(gsize) y * width + x] =
            mix (mix (upper[across.first], upper[across.second], across.part),
                 mix (lower[across.first], lower[across.second], across.part), down.part);
        }
    }
}

/* The mean of a line's window at each place, cut at its ends. */
static void
mean_line (const float *from, gsize step, guint n, guint radius, float *to)
{
  double sum = 0.0;
  guint first = 0, last = 0; /* what is summed: [first, last) */

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

/* In place. */
static void
mean (const Fit *fit, float *plane)
{
  g_autofree float *half = g_new (float, (gsize) fit->width * fit->height);

  for (gsize y = 0; y < fit->height; y++)
    mean_line (plane + y * fit->width, 1, fit->width, fit->radius, half + y * fit->width);
  for (gsize x = 0; x < fit->width; x++)
    mean_line (half + x, fit->width, fit->height, fit->radius, plane + x);
}

/* ---- where the edge may lie ---- */

/* The least and the most of each pixel's surroundings in the coarse answer, made to what the mask is at least and at most: all
 * inside is 1, all outside 0, and near an edge it may be anything. */
static void
bounds (const float *coarse, guint side, float *floor_at, float *ceiling_at)
{
  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      {
        float least = 1.0f, most = 0.0f;

        for (guint v = y > BAND ? y - BAND : 0; v <= MIN (y + BAND, side - 1); v++)
          for (guint u = x > BAND ? x - BAND : 0; u <= MIN (x + BAND, side - 1); u++)
            {
              least = MIN (least, coarse[(gsize) v * side + u]);
              most = MAX (most, coarse[(gsize) v * side + u]);
            }
        floor_at[(gsize) y * side + x] = CLAMP ((least - 0.5f) * 4.0f, 0.0f, 1.0f);
        ceiling_at[(gsize) y * side + x] = CLAMP (most * 4.0f - 1.0f, 0.0f, 1.0f);
      }
}

/* ---- the functions ---- */

/* The mean of the product of two planes' windows less the product of their means. (transfer full) */
static float *
covariance (const Fit *fit,
            const float *a,
            const float *mean_a,
            const float *b,
            const float *mean_b)
{
  const gsize n = (gsize) fit->width * fit->height;
  float *product = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    product[i] = a[i] * b[i];
  mean (fit, product);
  for (gsize i = 0; i < n; i++)
    product[i] -= mean_a[i] * mean_b[i];
  return product;
}

/* x of the symmetric m x = y, by cofactors; m is [rr, rg, rb, gg, gb, bb] and has EPSILON added to its diagonal. */
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

/* Fills A_RED ... OFFSET from the colours and MASK. */
static void
find_functions (Fit *fit, const PzImage *small)
{
  const gsize n = (gsize) fit->width * fit->height;
  float *colours[3], *means[3], *with_mask[3], *of_pairs[6];
  float *mask = fit->planes[MASK];
  float *mean_mask = g_memdup2 (mask, n * sizeof (float));

  mean (fit, mean_mask);
  for (guint c = 0; c < 3; c++)
    {
      colours[c] = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        colours[c][i] = pz_image_get_pixels (small)[i * 3 + c];
      means[c] = g_memdup2 (colours[c], n * sizeof (float));
      mean (fit, means[c]);
      with_mask[c] = covariance (fit, colours[c], means[c], mask, mean_mask);
    }
  for (guint p = 0; p < 6; p++)
    of_pairs[p] = covariance (fit, colours[pairs[p][0]], means[pairs[p][0]],
                              colours[pairs[p][1]], means[pairs[p][1]]);
  for (gsize i = 0; i < n; i++)
    {
      double m[6], y[3];
      float a[3];

      for (guint p = 0; p < 6; p++)
        m[p] = (double) of_pairs[p][i] + (pairs[p][0] == pairs[p][1] ? (double) EPSILON : 0.0);
      for (guint c = 0; c < 3; c++)
        y[c] = (double) with_mask[c][i];
      solve (m, y, a);
      fit->planes[OFFSET][i] = mean_mask[i];
      for (guint c = 0; c < 3; c++)
        {
          fit->planes[A_RED + c][i] = a[c];
          fit->planes[OFFSET][i] -= a[c] * means[c][i];
        }
    }
  for (guint p = A_RED; p <= OFFSET; p++)
    mean (fit, fit->planes[p]);
  g_free (mean_mask);
  for (guint c = 0; c < 3; c++)
    {
      g_free (colours[c]);
      g_free (means[c]);
      g_free (with_mask[c]);
    }
  for (guint p = 0; p < 6; p++)
    g_free (of_pairs[p]);
}

static void
fit_init (Fit *fit, const PzImage *image, const PzImage *coarse)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint longer = MAX (width, height), most = MIN (longer, MOST_SIDE);
  const guint side = pz_image_get_width (coarse);
  const float *chances = pz_image_get_pixels (coarse);
  g_autofree float *floor_at = g_new (float, (gsize) side *side);
  g_autofree float *ceiling_at = g_new (float, (gsize) side *side);
  g_autofree float *decided = g_new (float, (gsize) side *side);
  g_autoptr (PzImage) small = NULL;

  fit->width = MAX ((guint) ((guint64) width * most / longer), 1);
  fit->height = MAX ((guint) ((guint64) height * most / longer), 1);
  fit->radius = MAX (most / RADIUS_PART, 1);
  for (guint i = 0; i < N_PLANES; i++)
    fit->planes[i] = g_new (float, (gsize) fit->width * fit->height);
  small = pz_image_reduce (image, fit->width, fit->height);
  bounds (chances, side, floor_at, ceiling_at);
  for (gsize i = 0; i < (gsize) side * side; i++)
    decided[i] = CLAMP ((chances[i] - 0.5f) * DECISION + 0.5f, 0.0f, 1.0f);
  enlarge (decided, side, fit->width, fit->height, fit->planes[MASK]);
  enlarge (floor_at, side, fit->width, fit->height, fit->planes[FLOOR]);
  enlarge (ceiling_at, side, fit->width, fit->height, fit->planes[CEILING]);
  find_functions (fit, small);
}

/* ---- the large picture ---- */

/* One row; lines: room for N_KEPT rows of the smaller picture. */
static void
apply_row (const Fit *fit,
           guint y,
           guint height,
           guint width,
           const Between *across,
           const float *pixels,
           guint channels,
           float *lines,
           guint8 *to)
{
  const Between down = between (y, height, fit->height);

  for (guint p = 0; p < N_KEPT; p++)
    {
      const float *upper = fit->planes[p] + (gsize) down.first * fit->width;
      const float *lower = fit->planes[p] + (gsize) down.second * fit->width;

      for (guint x = 0; x < fit->width; x++)
        lines[(gsize) x * N_KEPT + p] = mix (upper[x], lower[x], down.part);
    }
  for (guint x = 0; x < width; x++)
    {
      const float *left = lines + (gsize) across[x].first * N_KEPT;
      const float *right = lines + (gsize) across[x].second * N_KEPT;
      const float *pixel = pixels + (gsize) x * channels;
      const float alpha = channels == 4 ? CLAMP (pixel[3], 0.0f, 1.0f) : 1.0f;
      float at[N_KEPT], value;

      for (guint p = 0; p < N_KEPT; p++)
        at[p] = mix (left[p], right[p], across[x].part);
      value = at[OFFSET];
      for (guint c = 0; c < 3; c++)
        value += at[A_RED + c] * (CLAMP (pixel[c], 0.0f, 1.0f) * alpha + 1.0f - alpha);
      value = (value - 0.5f) * GAIN + 0.5f;
      value = alpha * CLAMP (MIN (MAX (value, at[FLOOR]), at[CEILING]), 0.0f, 1.0f);
      to[x] = value > 0.0f ? (guint8) (value * 255.0f + 0.5f) : 0; /* NaN is 0 */
    }
}

PzImage *
pz_mask_along_edges (PzImage *image,
                     const PzImage *coarse,
                     GCancellable *cancellable,
                     GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint channels = pz_image_get_channels (image);
  g_autofree float *row = g_new (float, (gsize) width *channels);
  g_autofree Between *across = g_new (Between, width);
  g_auto (Fit) fit = { 0 };
  g_autofree float *lines = NULL;
  guint8 *mask;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (channels >= 3 && pz_image_get_channels (coarse) == 1, NULL);

  fit_init (&fit, image, coarse);
  lines = g_new (float, (gsize) fit.width *N_KEPT);
  for (guint x = 0; x < width; x++)
    across[x] = between (x, width, fit.width);
  mask = g_malloc ((gsize) width * height);
  bytes = g_bytes_new_take (mask, (gsize) width * height);
  for (guint y = 0; y < height; y++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      pz_image_read_row (image, 0, y, width, row);
      apply_row (&fit, y, height, width, across, row, channels, lines,
                 mask + (gsize) y * width);
    }
  return pz_image_new_bytes (width, height, 1, width, bytes);
}
