/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/portrait.h"

#include <math.h>
#include <string.h>

#include "models/tasks/learn-draws.h"

/* The step number for the random numbers of views. No learning step has it. */
#define VIEW_STEP (G_MAXUINT64 - 2)
#define UNIFORM_BITS 24

void
pz_portrait_draw (PzPortraitView *view, guint64 seed, guint64 number)
{
  const struct
  {
    double *to, least, most;
  } rows[] = {
    { &view->brightness, 0.8, 1.2 }, { &view->contrast, 0.8, 1.2 },
    { &view->saturation, 0.8, 1.2 }, { &view->hue, -0.01, 0.01 },
    { &view->height, 0.1, 1.0 },     { &view->aspect, 0.9, 1.1 },
    { &view->x, 0.0, 1.0 },          { &view->y, 0.0, 1.0 },
  };
  PzNoise noise;

  pz_noise_init (&noise, pz_learn_seed (seed, VIEW_STEP, number));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const double drawn = ldexp (pz_noise_below (&noise, 1u << UNIFORM_BITS), -UNIFORM_BITS);

      *rows[i].to = rows[i].least + drawn * (rows[i].most - rows[i].least);
    }
  for (guint i = 0; i < PZ_N_COLOURS; i++)
    view->order[i] = i;
  for (guint i = 0; i + 1 < PZ_N_COLOURS; i++)
    {
      const guint other = i + pz_noise_below (&noise, PZ_N_COLOURS - i);
      const PzColourChange first = view->order[i];

      view->order[i] = view->order[other];
      view->order[other] = first;
    }
}

/* ---- colours ---- */

static double
grey_of (const double rgb[3])
{
  return 0.2989 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/* Moves each channel towards `other` if the factor is below 1, and away from it if the factor is above 1. */
static void
blend (double rgb[3], double other, double factor)
{
  for (guint c = 0; c < 3; c++)
    rgb[c] = CLAMP (other + factor * (rgb[c] - other), 0.0, 1.0);
}

/* Rotates the hue by a fraction of a turn, in the hexagonal model of Smith, "Color gamut transform pairs", 1978. */
static void
turn_hue (double rgb[3], double turns)
{
  const double most = MAX (rgb[0], MAX (rgb[1], rgb[2]));
  const double chroma = most - MIN (rgb[0], MIN (rgb[1], rgb[2]));
  double sector;

  if (chroma <= 0.0)
    return;
  if (most <= rgb[0])
    sector = (rgb[1] - rgb[2]) / chroma;
  else if (most <= rgb[1])
    sector = 2.0 + (rgb[2] - rgb[0]) / chroma;
  else
    sector = 4.0 + (rgb[0] - rgb[1]) / chroma;
  sector = fmod (sector + 6.0 * turns + 12.0, 6.0);
  for (guint c = 0; c < 3; c++)
    {
      /* offsets: 5 for red, 3 for green, 1 for blue; k determines how far the channel is below the maximum */
      const double k = fmod (5.0 - 2.0 * c + sector, 6.0);

      rgb[c] = most - chroma * CLAMP (MIN (k, 4.0 - k), 0.0, 1.0);
    }
}

static guint8
to_byte (double value)
{
  return (guint8) (CLAMP (value, 0.0, 1.0) * 255.0 + 0.5);
}

static PzImage *
take_bytes (guint width, guint height, guint channels, guint8 *bytes)
{
  const gsize stride = (gsize) width * channels;
  g_autoptr (GBytes) owned = g_bytes_new_take (bytes, stride * height);

  return pz_image_new_bytes (width, height, channels, stride, owned);
}

/* These functions change one pixel. mean: the picture's mean grey before this change; used by contrast only. */
static void
change_brightness (double rgb[3], const PzPortraitView *view, double mean)
{
  (void) mean;
  blend (rgb, 0.0, view->brightness);
}

static void
change_contrast (double rgb[3], const PzPortraitView *view, double mean)
{
  blend (rgb, mean, view->contrast);
}

static void
change_saturation (double rgb[3], const PzPortraitView *view, double mean)
{
  (void) mean;
  blend (rgb, grey_of (rgb), view->saturation);
}

static void
change_hue (double rgb[3], const PzPortraitView *view, double mean)
{
  (void) mean;
  turn_hue (rgb, view->hue);
}

static void (*const changes[PZ_N_COLOURS]) (double rgb[3],
                                            const PzPortraitView *view,
                                            double mean) = {
  [PZ_COLOUR_BRIGHTNESS] = change_brightness,
  [PZ_COLOUR_CONTRAST] = change_contrast,
  [PZ_COLOUR_SATURATION] = change_saturation,
  [PZ_COLOUR_HUE] = change_hue,
};

static void
change_colours (double *pixels, gsize n, const PzPortraitView *view)
{
  for (guint i = 0; i < PZ_N_COLOURS; i++)
    {
      double mean = 0.0;

      for (gsize j = 0; view->order[i] == PZ_COLOUR_CONTRAST && j < n; j++)
        mean += grey_of (pixels + 3 * j) / (double) n;
      for (gsize j = 0; j < n; j++)
        changes[view->order[i]](pixels + 3 * j, view, mean);
    }
}

PzImage *
pz_portrait_colour (const PzImage *portrait, const PzPortraitView *view)
{
  const guint width = pz_image_get_width (portrait), height = pz_image_get_height (portrait);
  const gsize n = (gsize) width * height;
  g_autofree double *pixels = g_new (double, 3 * n);
  g_autofree float *row = g_new (float, (gsize) width * 3);
  guint8 *bytes = g_new (guint8, 3 * n);

  for (guint y = 0; y < height; y++)
    {
      pz_image_read_row (portrait, 0, y, width, row);
      for (gsize i = 0; i < (gsize) width * 3; i++)
        pixels[(gsize) y * width * 3 + i] = (double) row[i];
    }
  change_colours (pixels, n, view);
  for (gsize i = 0; i < 3 * n; i++)
    bytes[i] = to_byte (pixels[i]);
  return take_bytes (width, height, 3, bytes);
}

/* ---- placement ---- */

/* Converts one row of floats to bytes. */
static void
write_row (guint8 *to, const float *from, gsize n)
{
  for (gsize i = 0; i < n; i++)
    to[i] = to_byte ((double) from[i]);
}

PzImage *
pz_portrait_mirror (const PzImage *image)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const gsize channels = pz_image_get_channels (image), stride = width * channels;
  g_autofree float *row = g_new (float, stride);
  g_autofree float *turned = g_new (float, stride);
  guint8 *bytes = g_new (guint8, stride * height);

  for (guint y = 0; y < height; y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (gsize x = 0; x < width; x++)
        memcpy (turned + x * channels, row + (width - 1 - x) * channels,
                channels * sizeof *row);
      write_row (bytes + y * stride, turned, stride);
    }
  return take_bytes (width, height, (guint) channels, bytes);
}

PzImage *
pz_portrait_place (const PzImage *image, const PzPortraitView *view, guint width, guint height)
{
  const guint high = CLAMP ((guint) lround (height * view->height), 1, height);
  const guint wide = CLAMP ((guint) lround (high * view->aspect), 1, width);
  const guint left = (guint) lround ((width - wide) * view->x);
  const guint top = (guint) lround ((height - high) * view->y);
  g_autoptr (PzImage) small = pz_image_reduce (image, wide, high);
  const gsize channels = pz_image_get_channels (small), stride = width * channels;
  g_autofree float *row = g_new (float, wide *channels);
  guint8 *bytes = g_new0 (guint8, stride * height);

  for (guint y = 0; y < high; y++)
    {
      pz_image_read_row (small, 0, y, wide, row);
      write_row (bytes + (top + y) * stride + left * channels, row, wide * channels);
    }
  return take_bytes (width, height, (guint) channels, bytes);
}
