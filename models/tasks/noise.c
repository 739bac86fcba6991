/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/noise.h"

#include <math.h>

/* Matsumoto and Nishimura, "Mersenne Twister", 1998: MT19937. */
#define MT_MIDDLE 397
#define MT_MATRIX 0x9908b0dfu
#define MT_UPPER 0x80000000u
#define MT_LOWER 0x7fffffffu
#define MT_INIT 1812433253u

/* PyTorch draws blocks of 16 uniform numbers and converts each block to 8 pairs (ATen, normal_fill). */
#define BLOCK 16

void
pz_noise_init (PzNoise *noise, guint64 seed)
{
  *noise = (PzNoise) { .next = PZ_MT19937_WORDS };
  noise->state[0] = (guint32) seed;
  for (guint i = 1; i < PZ_MT19937_WORDS; i++)
    {
      guint32 before = noise->state[i - 1];

      noise->state[i] = MT_INIT * (before ^ (before >> 30)) + i;
    }
}

static void
twist (PzNoise *noise)
{
  guint32 *state = noise->state;

  for (guint i = 0; i < PZ_MT19937_WORDS; i++)
    {
      guint32 mixed = (state[i] & MT_UPPER) | (state[(i + 1) % PZ_MT19937_WORDS] & MT_LOWER);

      state[i] = state[(i + MT_MIDDLE) % PZ_MT19937_WORDS] ^ (mixed >> 1)
                 ^ ((mixed & 1) != 0 ? MT_MATRIX : 0);
    }
  noise->next = 0;
}

static guint32
draw_word (PzNoise *noise)
{
  guint32 word;

  if (noise->next >= PZ_MT19937_WORDS)
    twist (noise);
  word = noise->state[noise->next++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

guint32
pz_noise_below (PzNoise *noise, guint32 n)
{
  return draw_word (noise) % n;
}

/* 24 bits, in [0, 1). */
static float
draw_uniform (PzNoise *noise)
{
  return (float) (draw_word (noise) & 0xffffffu) * 0x1p-24f;
}

/* 53 bits, in [0, 1); the first word is the upper one. */
static double
draw_uniform_double (PzNoise *noise)
{
  guint64 high = draw_word (noise);
  guint64 bits = high << 32 | draw_word (noise);

  return (double) (bits & ((G_GUINT64_CONSTANT (1) << 53) - 1)) * 0x1p-53;
}

/* Converts 16 uniform numbers in place to 8 pairs of normal numbers; the numbers of a pair are 8 apart. */
static void
box_muller (float *block)
{
  for (guint i = 0; i < BLOCK / 2; i++)
    {
      float radius = sqrtf (-2.0f * logf (1.0f - block[i]));
      float angle = 2.0f * (float) G_PI * block[i + BLOCK / 2];

      block[i] = radius * cosf (angle);
      block[i + BLOCK / 2] = radius * sinf (angle);
    }
}

static void
fill_block (PzNoise *noise, float *block)
{
  for (guint i = 0; i < BLOCK; i++)
    block[i] = draw_uniform (noise);
  box_muller (block);
}

/* Draws a single number. The second number of a pair is kept for the next one, even across calls. */
static float
draw_normal (PzNoise *noise)
{
  double u1, u2, radius, angle;

  if (noise->has_spare)
    {
      noise->has_spare = FALSE;
      return (float) noise->spare;
    }
  u1 = draw_uniform_double (noise);
  u2 = draw_uniform_double (noise);
  radius = sqrt (-2.0 * log1p (-u2));
  angle = 2.0 * G_PI * u1;
  noise->spare = radius * sin (angle);
  noise->has_spare = TRUE;
  return (float) (radius * cos (angle));
}

void
pz_noise_normal (PzNoise *noise, gsize n, float *values)
{
  if (n < BLOCK)
    {
      for (gsize i = 0; i < n; i++)
        values[i] = draw_normal (noise);
      return;
    }
  /* All uniform numbers are drawn first. If there is a remainder, the last 16 are drawn again. */
  for (gsize i = 0; i < n; i++)
    values[i] = draw_uniform (noise);
  for (gsize i = 0; i + BLOCK <= n; i += BLOCK)
    box_muller (values + i);
  if (n % BLOCK != 0)
    fill_block (noise, values + n - BLOCK);
}
