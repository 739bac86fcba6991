// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// dK = dS^T Q and dV = P^T dO: each lane has keys and their values, and streams over the queries and their dO.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-registers.glsl"

vec4 sums_a[ROWS * QUADS];
vec4 sums_b[ROWS * QUADS];

void
add_rows (uint first)
{
  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint j = 0; j < BLOCK; j++)
    {
      const bool there = first + j < args.streamed_rows;
      const uint at = statistics_at (min (first + j, args.streamed_rows - 1), args.streamed_rows);
      const float maximum = load1_f32 (args.statistics, at);
      const float factor = load1_f32 (args.statistics, at + 1);
      const float centre = load1_f32 (args.statistics, at + 2);

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        {
          const uint i = r * BLOCK + j;
          const float p = exp2 (dots_a[i] * args.scale_log2e - maximum) * factor;

          dots_a[i] = there ? p * (dots_b[i] - centre) : 0.0;
          dots_b[i] = there ? p : 0.0;
        }
    }
  PZ_ADD_STREAMED (sums_a, dots_a, streamed_a_at)
  PZ_ADD_STREAMED (sums_b, dots_b, streamed_b_at)
}

void
main ()
{
  uint first = 0;

  load_own_rows ();
  [[unroll]] for (uint i = 0; i < ROWS * QUADS; i++)
    sums_a[i] = sums_b[i] = vec4 (0.0);
  // do … while: see strided_product.comp.
  do
    {
      add_rows (first);
      first += BLOCK;
    }
  while (first < args.streamed_rows);
  [[unroll]] for (uint i = 0; i < ROWS * QUADS; i++)
    if (own_row (i / QUADS) < args.own_rows)
      {
        const uint at = own_start[i / QUADS] + 4 * (i % QUADS);

        if (args.y_a != 0)
          store4 (args.y_a, at, sums_a[i] * args.scale);
        if (args.y_b != 0)
          store4 (args.y_b, at, sums_b[i]);
      }
}
