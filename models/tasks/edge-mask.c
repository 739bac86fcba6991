/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Aligns a coarse mask with a picture's edges: see found-mask.h.
 *
 * The guided filter fits its linear functions to a reduced picture. They are then applied to every pixel of the full picture.
 */
#include "models/tasks/found-mask.h"

#include "compute/error.h"
#include "models/tasks/guided-filter.h"

#define MOST_SIDE 512 /* maximum side of the reduced picture */
#define RADIUS_PART 64 /* a window's radius is its longer side divided by this */
#define EPSILON 4e-4f /* colour variance that is regarded as none: 5 levels of 255 */
#define BAND 2 /* how far an edge may be from its coarse position, in coarse pixels */
#define DECISION \
  2.0f /* contrast applied to probabilities, because masks rarely have values in between */
#define GAIN 1.6f /* restores the contrast of edges that the windows average away */

/* Per pixel of the reduced picture: coefficients of the function, then lower and upper bound of the mask. */
typedef enum
{
  FLOOR = PZ_GUIDE_PLANES,
  CEILING,
  N_PLANES,
} Plane;

typedef struct
{
  PzGuide guide;
  float *bounds[N_PLANES - FLOOR];
  const float *planes[N_PLANES];
} Fit;

static void
fit_clear (Fit *fit)
{
  pz_guide_clear (&fit->guide);
  for (guint i = 0; i < G_N_ELEMENTS (fit->bounds); i++)
    g_free (fit->bounds[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fit, fit_clear)

/* ---- planes ---- */

/* The position of pixel `index` of `n` between two of `from` pixels. */
typedef struct
{
  guint first, second;
  float part; /* weight of the second */
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

/* ---- where the edge may lie ---- */

/* Computes bounds for the mask from the minimum and maximum of the coarse result around each pixel: both are 1 where all of it
 * is inside and 0 where all is outside; near an edge, the mask may have any value. */
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

/* (transfer full) */
static float *
enlarged (const Fit *fit, const float *from, guint side)
{
  float *to = g_new (float, (gsize) fit->guide.width * fit->guide.height);

  enlarge (from, side, fit->guide.width, fit->guide.height, to);
  return to;
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
  g_autofree float *mask = NULL;
  g_autoptr (PzImage) small = NULL;

  fit->guide = (PzGuide) {
    .width = MAX ((guint) ((guint64) width * most / longer), 1),
    .height = MAX ((guint) ((guint64) height * most / longer), 1),
    .radius = MAX (most / RADIUS_PART, 1),
    .epsilon = EPSILON,
  };
  small = pz_image_reduce (image, fit->guide.width, fit->guide.height);
  bounds (chances, side, floor_at, ceiling_at);
  for (gsize i = 0; i < (gsize) side * side; i++)
    decided[i] = CLAMP ((chances[i] - 0.5f) * DECISION + 0.5f, 0.0f, 1.0f);
  mask = enlarged (fit, decided, side);
  pz_guide_find (&fit->guide, pz_image_get_pixels (small), mask);
  fit->bounds[0] = enlarged (fit, floor_at, side);
  fit->bounds[CEILING - FLOOR] = enlarged (fit, ceiling_at, side);
  for (guint p = 0; p < N_PLANES; p++)
    fit->planes[p] = p < FLOOR ? fit->guide.planes[p] : fit->bounds[p - FLOOR];
}

/* ---- the full picture ---- */

/* All planes at the two pixels of the reduced picture to the left and right of a pixel, [N_PLANES] each. */
typedef struct
{
  const float *left, *right;
  float part; /* weight of the right one */
} Beside;

static inline Beside
beside (const float *lines, Between across)
{
  return (Beside) { lines + (gsize) across.first * N_PLANES,
                    lines + (gsize) across.second * N_PLANES, across.part };
}

static inline gboolean
surely_outside (Beside b)
{
  return b.left[CEILING] <= 0.0f && b.right[CEILING] <= 0.0f;
}

static inline gboolean
surely_inside (Beside b)
{
  return b.left[FLOOR] >= 1.0f && b.right[FLOOR] >= 1.0f;
}

/* Interpolates the planes at row y of the full picture to lines [width of the reduced picture, N_PLANES]. */
static void
mix_rows (const Fit *fit, guint y, guint height, float *lines)
{
  const Between down = between (y, height, fit->guide.height);

  for (guint p = 0; p < N_PLANES; p++)
    {
      const float *upper = fit->planes[p] + (gsize) down.first * fit->guide.width;
      const float *lower = fit->planes[p] + (gsize) down.second * fit->guide.width;

      for (guint x = 0; x < fit->guide.width; x++)
        lines[(gsize) x * N_PLANES + p] = mix (upper[x], lower[x], down.part);
    }
}

static float
mask_at (Beside b, const float *pixel, float alpha)
{
  float at[N_PLANES], value;

  for (guint p = 0; p < N_PLANES; p++)
    at[p] = mix (b.left[p], b.right[p], b.part);
  value = at[PZ_GUIDE_PLANES - 1];
  for (guint c = 0; c < 3; c++)
    value += at[c] * (CLAMP (pixel[c], 0.0f, 1.0f) * alpha + 1.0f - alpha);
  value = (value - 0.5f) * GAIN + 0.5f;
  return CLAMP (MIN (MAX (value, at[FLOOR]), at[CEILING]), 0.0f, 1.0f);
}

/* Computes the mask of pixels [from, end) of a row. pixels starts at pixel `from`. */
static void
apply_row (const float *lines,
           const Between *across,
           guint from,
           guint end,
           const float *pixels,
           guint channels,
           guint8 *to)
{
  for (guint x = from; x < end; x++)
    {
      const float *pixel = pixels + (gsize) (x - from) * channels;
      const float alpha = channels == 4 ? CLAMP (pixel[3], 0.0f, 1.0f) : 1.0f;
      const Beside b = beside (lines, across[x]);
      float value = 0.0f;

      if (!surely_outside (b))
        value = alpha * (surely_inside (b) ? 1.0f : mask_at (b, pixel, alpha));
      to[x] = value > 0.0f ? (guint8) (value * 255.0f + 0.5f) : 0; /* NaN becomes 0 */
    }
}

gboolean
pz_mask_along_edges (const PzImage *image,
                     const PzImage *coarse,
                     guint8 *to,
                     gsize stride,
                     GCancellable *cancellable,
                     GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint channels = pz_image_get_channels (image);
  g_autofree float *row = g_new (float, (gsize) width *channels);
  g_autofree Between *across = g_new (Between, width);
  g_auto (Fit) fit = { 0 };
  g_autofree float *lines = NULL;

  g_return_val_if_fail (channels >= 3 && pz_image_get_channels (coarse) == 1, FALSE);

  fit_init (&fit, image, coarse);
  lines = g_new (float, (gsize) fit.guide.width *N_PLANES);
  for (guint x = 0; x < width; x++)
    across[x] = between (x, width, fit.guide.width);
  for (guint y = 0; y < height; y++)
    {
      guint from = 0, end = width;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      mix_rows (&fit, y, height, lines);
      while (from < end && surely_outside (beside (lines, across[from])))
        from++;
      while (from < end && surely_outside (beside (lines, across[end - 1])))
        end--;
      if (from == end)
        continue;
      pz_image_read_row (image, from, y, end - from, row);
      apply_row (lines, across, from, end, row, channels, to + y * stride);
    }
  return TRUE;
}
