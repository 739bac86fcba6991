// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// dK = dS^T Q and dV = P^T dO: each lane has a key and its value, and streams over the queries and their dO.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-registers.glsl"

vec4 sums_a[QUADS];
vec4 sums_b[QUADS];

void
add_rows (uint first)
{
  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint j = 0; j < BLOCK; j++)
    {
      const bool there = first + j < args.streamed_rows;
      const uint at = statistics_at (min (first + j, args.streamed_rows - 1), args.streamed_rows);
      const float p = exp2 (dots_a[j] * args.scale_log2e - load1_f32 (args.statistics, at))
                      * load1_f32 (args.statistics, at + 1);

      dots_a[j] = there ? p * (dots_b[j] - load1_f32 (args.statistics, at + 2)) : 0.0;
      dots_b[j] = there ? p : 0.0;
    }
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++) [[unroll]]
    for (uint j = 0; j < BLOCK; j++)
      {
        sums_a[quad]
          = fma (vec4 (dots_a[j]), streamed_quad (streamed_a_at, first + j, quad), sums_a[quad]);
        sums_b[quad]
          = fma (vec4 (dots_b[j]), streamed_quad (streamed_b_at, first + j, quad), sums_b[quad]);
      }
}

void
main ()
{
  uint first = 0;

  load_own_rows ();
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
    sums_a[quad] = sums_b[quad] = vec4 (0.0);
  // do … while: see strided_product.comp.
  do
    {
      add_rows (first);
      first += BLOCK;
    }
  while (first < args.streamed_rows);
  if (own_row () >= args.own_rows)
    return;
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
    {
      if (args.y_a != 0)
        store4 (args.y_a, own_start + 4 * quad, sums_a[quad] * args.scale);
      if (args.y_b != 0)
        store4 (args.y_b, own_start + 4 * quad, sums_b[quad]);
    }
}
