/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Corrects a coarse mask by colours: see found-mask.h.
 */
#include <math.h>

#include "models/tasks/found-mask.h"

#include "models/tasks/guided-filter.h"

#define ROUNDS 3
#define BINS 16 /* per channel */
#define N_BINS (BINS * BINS * BINS)
#define RARE 1e-5f /* added to all shares, for colours that do not occur */
#define WEIGHT 0.5f /* factor of the colours' logits when they are added to the network's */
#define MOST_TOLD 3.0f /* limit for the logits of a colour */
#define MOST_SAID 4.0f /* limit for the network's logits */
#define RADIUS 4
#define EPSILON 1e-3f

static guint
bin_of (const float *pixel)
{
  guint bin = 0;

  for (guint c = 0; c < 3; c++)
    bin = bin * BINS + (guint) CLAMP (pixel[c] * BINS, 0.0f, BINS - 1.0f);
  return bin;
}

/* Blurs along one channel, whose bins are `step` apart, with the weights 1/4, 1/2, 1/4. */
static void
blur (float *bins, guint step)
{
  g_autofree float *before = g_memdup2 (bins, N_BINS * sizeof (float));

  for (guint i = 0; i < N_BINS; i++)
    {
      const guint at = i / step % BINS;

      bins[i] = 0.5f * before[i] + 0.25f * before[at > 0 ? i - step : i]
                + 0.25f * before[at + 1 < BINS ? i + step : i];
    }
}

/* Blurs the histogram along each channel and normalises its sum to 1. */
static void
finish_histogram (float *bins)
{
  double sum = 0.0;

  for (guint step = 1; step < N_BINS; step *= BINS)
    blur (bins, step);
  for (guint i = 0; i < N_BINS; i++)
    sum += (double) bins[i];
  for (guint i = 0; i < N_BINS; i++)
    bins[i] /= (float) MAX (sum, 1e-6);
}

/* Computes how strongly each colour indicates the subject, in logits: told [N_BINS]. */
static void
learn_colours (const guint16 *colours, const float *chances, gsize n, float *told)
{
  g_autofree float *inside = g_new0 (float, N_BINS);
  g_autofree float *outside = g_new0 (float, N_BINS);

  for (gsize i = 0; i < n; i++)
    {
      inside[colours[i]] += chances[i];
      outside[colours[i]] += 1.0f - chances[i];
    }
  finish_histogram (inside);
  finish_histogram (outside);
  for (guint i = 0; i < N_BINS; i++)
    told[i] = CLAMP (logf ((inside[i] + RARE) / (outside[i] + RARE)), -MOST_TOLD, MOST_TOLD);
}

static float
logit (float chance)
{
  return CLAMP (logf (MAX (chance, 1e-6f) / MAX (1.0f - chance, 1e-6f)), -MOST_SAID, MOST_SAID);
}

void
pz_mask_by_colours (const float *pixels, guint side, float *chances)
{
  const gsize n = (gsize) side * side;
  g_autofree guint16 *colours = g_new (guint16, n);
  g_autofree float *said = g_new (float, n);
  g_autofree float *told = g_new (float, N_BINS);
  g_auto (PzGuide)
    guide = { .width = side, .height = side, .radius = RADIUS, .epsilon = EPSILON };

  for (gsize i = 0; i < n; i++)
    {
      colours[i] = (guint16) bin_of (pixels + i * 3);
      said[i] = logit (chances[i]);
    }
  for (guint round = 0; round < ROUNDS; round++)
    {
      learn_colours (colours, chances, n, told);
      for (gsize i = 0; i < n; i++)
        chances[i] = 1.0f / (1.0f + expf (-said[i] - WEIGHT * told[colours[i]]));
      pz_guide_find (&guide, pixels, chances);
      for (gsize i = 0; i < n; i++)
        {
          float chance = guide.planes[3][i];

          for (guint c = 0; c < 3; c++)
            chance += guide.planes[c][i] * pixels[i * 3 + c];
          chances[i] = CLAMP (chance, 0.0f, 1.0f);
        }
    }
}
