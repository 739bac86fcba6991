// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane a query, meeting keys and values: its statistics, then dQ = dS K.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-held.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_HELD_WRITES) const uint WRITES = 1;

// Below every score.
const float LEAST = -1e38;

float maximum = LEAST;
float total = 0.0;
float mean = 0.0; // of the gradients of probabilities

void
add_statistics (uint first)
{
  float above = maximum;
  float weights = 0.0;
  float products = 0.0;

  meet_a (first);
  meet_b (first);
  [[unroll]] for (uint j = 0; j < MET; j++)
    {
      dots_a[j] = first + j < args.met ? dots_a[j] * args.scale_log2e : LEAST;
      above = max (above, dots_a[j]);
    }
  [[unroll]] for (uint j = 0; j < MET; j++)
    {
      const float weight = exp2 (dots_a[j] - above);

      weights += weight;
      products = fma (weight, dots_b[j], products);
    }
  const float rescale = exp2 (maximum - above);

  total = fma (total, rescale, weights);
  mean = fma (mean, rescale, products);
  maximum = above;
}

vec4 sums[FOURS];

void
add_rows (uint first, float factor, float centre)
{
  meet_a (first);
  meet_b (first);
  [[unroll]] for (uint j = 0; j < MET; j++)
    {
      const float p = exp2 (dots_a[j] * args.scale_log2e - maximum) * factor;

      dots_a[j] = first + j < args.met ? p * (dots_b[j] - centre) : 0.0;
    }
  [[unroll]] for (uint four = 0; four < FOURS; four++) [[unroll]]
    for (uint j = 0; j < MET; j++)
      sums[four] = fma (vec4 (dots_a[j]), met_four (met_a_at, first + j, four), sums[four]);
}

void
main ()
{
  uint first = 0;

  take_rows ();
  // A loop that asks last (band_product.comp).
  do
    {
      add_statistics (first);
      first += MET;
    }
  while (first < args.met);

  const float factor = 1.0 / total;
  const float centre = mean * factor;
  const bool inside = held_row () < args.held;

  if (inside)
    {
      const uint at = statistics_at (held_row (), args.held);

      store1_f32 (args.statistics, at, maximum);
      store1_f32 (args.statistics, at + 1, factor);
      store1_f32 (args.statistics, at + 2, centre);
    }
  if (WRITES == 0)
    return;
  [[unroll]] for (uint four = 0; four < FOURS; four++)
    sums[four] = vec4 (0.0);
  first = 0;
  do
    {
      add_rows (first, factor, centre);
      first += MET;
    }
  while (first < args.met);
  if (inside)
    [[unroll]] for (uint four = 0; four < FOURS; four++)
      store4 (args.y_a, held_start + 4 * four, sums[four] * args.scale);
}
