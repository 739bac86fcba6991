// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane has queries and their dO, and streams over keys and values: first for its softmax statistics, then for dQ = dS K.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-registers.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_REGISTERS_WRITES) const uint WRITES = 1;

// Lower than every score.
const float MASKED = -1e38;

float maximum[ROWS];
float total[ROWS];
float mean[ROWS]; // rowsum (P dP), before the division by total

void
add_statistics (uint first)
{
  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      float above = maximum[r];
      float weights = 0.0;
      float products = 0.0;

      [[unroll]] for (uint j = 0; j < BLOCK; j++)
        {
          const uint i = r * BLOCK + j;

          dots_a[i] = first + j < args.streamed_rows ? dots_a[i] * args.scale_log2e : MASKED;
          above = max (above, dots_a[i]);
        }
      [[unroll]] for (uint j = 0; j < BLOCK; j++)
        {
          const float weight = exp2 (dots_a[r * BLOCK + j] - above);

          weights += weight;
          products = fma (weight, dots_b[r * BLOCK + j], products);
        }
      const float rescale = exp2 (maximum[r] - above);

      total[r] = fma (total[r], rescale, weights);
      mean[r] = fma (mean[r], rescale, products);
      maximum[r] = above;
    }
}

float factor[ROWS];
float centre[ROWS];

void
finish_statistics ()
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      factor[r] = 1.0 / total[r];
      centre[r] = mean[r] * factor[r];
      if (own_row (r) < args.own_rows)
        {
          const uint at = statistics_at (own_row (r), args.own_rows);

          store1_f32 (args.statistics, at, maximum[r]);
          store1_f32 (args.statistics, at + 1, factor[r]);
          store1_f32 (args.statistics, at + 2, centre[r]);
        }
    }
}

vec4 sums[ROWS * QUADS];

void
add_rows (uint first)
{
  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint i = 0; i < ROWS * BLOCK; i++)
    {
      const uint r = i / BLOCK;
      const float p = exp2 (dots_a[i] * args.scale_log2e - maximum[r]) * factor[r];

      dots_a[i] = first + i % BLOCK < args.streamed_rows ? p * (dots_b[i] - centre[r]) : 0.0;
    }
  PZ_ADD_STREAMED (sums, dots_a, streamed_a_at)
}

void
main ()
{
  uint first = 0;

  load_own_rows ();
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      maximum[r] = MASKED;
      total[r] = mean[r] = 0.0;
    }
  // do … while: see strided_product.comp.
  do
    {
      add_statistics (first);
      first += BLOCK;
    }
  while (first < args.streamed_rows);
  finish_statistics ();
  if (WRITES == 0)
    return;
  [[unroll]] for (uint i = 0; i < ROWS * QUADS; i++)
    sums[i] = vec4 (0.0);
  first = 0;
  do
    {
      add_rows (first);
      first += BLOCK;
    }
  while (first < args.streamed_rows);
  [[unroll]] for (uint i = 0; i < ROWS * QUADS; i++)
    if (own_row (i / QUADS) < args.own_rows)
      store4 (args.y_a, own_start[i / QUADS] + 4 * (i % QUADS), sums[i] * args.scale);
}
