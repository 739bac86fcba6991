// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane a key and its value, meeting queries and the gradients of their results: dK = dS^T Q, dV = P^T dO.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-held.glsl"

vec4 sums_a[FOURS];
vec4 sums_b[FOURS];

void
add_rows (uint first)
{
  meet_a (first);
  meet_b (first);
  [[unroll]] for (uint j = 0; j < MET; j++)
    {
      const bool there = first + j < args.met;
      const uint at = statistics_at (min (first + j, args.met - 1), args.met);
      const float p = exp2 (dots_a[j] * args.scale_log2e - load1_f32 (args.statistics, at))
                      * load1_f32 (args.statistics, at + 1);

      dots_a[j] = there ? p * (dots_b[j] - load1_f32 (args.statistics, at + 2)) : 0.0;
      dots_b[j] = there ? p : 0.0;
    }
  [[unroll]] for (uint four = 0; four < FOURS; four++) [[unroll]]
    for (uint j = 0; j < MET; j++)
      {
        sums_a[four]
          = fma (vec4 (dots_a[j]), met_four (met_a_at, first + j, four), sums_a[four]);
        sums_b[four]
          = fma (vec4 (dots_b[j]), met_four (met_b_at, first + j, four), sums_b[four]);
      }
}

void
main ()
{
  uint first = 0;

  take_rows ();
  [[unroll]] for (uint four = 0; four < FOURS; four++)
    sums_a[four] = sums_b[four] = vec4 (0.0);
  // A loop that asks last (band_product.comp).
  do
    {
      add_rows (first);
      first += MET;
    }
  while (first < args.met);
  if (held_row () >= args.held)
    return;
  [[unroll]] for (uint four = 0; four < FOURS; four++)
    {
      if (args.y_a != 0)
        store4 (args.y_a, held_start + 4 * four, sums_a[four] * args.scale);
      if (args.y_b != 0)
        store4 (args.y_b, held_start + 4 * four, sums_b[four]);
    }
}
