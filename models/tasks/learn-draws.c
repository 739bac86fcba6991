/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-draws.h"

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014: SplitMix64. */
static guint64
mix (guint64 value)
{
  value += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return value ^ (value >> 31);
}

guint32
pz_learn_seed (guint64 seed, guint64 step, guint64 sample)
{
  return (guint32) mix (mix (mix (seed) ^ step) ^ sample);
}

/* 66 % of the samples are reduced, down to a third; the others are enlarged by a fifth to two fifths (methods: Custom
 * Diffusion). */
static void
draw_zoom (PzLearnZoom *zoom, PzNoise *noise, guint canvas)
{
  const gboolean shrinks = pz_noise_below (noise, 100) < 66;
  const guint smallest = canvas / 3, large = canvas * 12 / 10, largest = canvas * 14 / 10;
  guint room, wording;

  zoom->side = shrinks ? smallest + pz_noise_below (noise, canvas - smallest + 1)
                       : large + pz_noise_below (noise, MAX (largest - large, 1));
  room = (zoom->side > canvas ? zoom->side - canvas : canvas - zoom->side) + 1;
  zoom->top = pz_noise_below (noise, room);
  zoom->left = pz_noise_below (noise, room);
  wording = pz_noise_below (noise, 2);
  if (10 * zoom->side < 6 * canvas)
    zoom->wording = 1 + wording;
  else if (zoom->side > canvas)
    zoom->wording = 3 + wording;
}

void
pz_learn_draw (PzLearnDraw *draw,
               const PzLearnChoices *choices,
               guint64 seed,
               guint64 step,
               guint64 sample)
{
  pz_noise_init (&draw->noise, pz_learn_seed (seed, step, sample));
  draw->picture = pz_noise_below (&draw->noise, choices->pictures);
  draw->flipped = pz_noise_below (&draw->noise, 2) == 1;
  draw->time = pz_noise_below (&draw->noise, choices->times);
  draw->caption = pz_noise_below (&draw->noise, choices->captions);
  draw->zoom = (PzLearnZoom) { 0 };
  if (choices->canvas > 0)
    draw_zoom (&draw->zoom, &draw->noise, choices->canvas);
}
