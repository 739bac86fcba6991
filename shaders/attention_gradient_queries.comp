// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane has a query and its dO, and streams over keys and values: first its softmax statistics, then dQ = dS K.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/lib/attention-registers.glsl"

layout (constant_id = PZ_SPEC_ATTENTION_REGISTERS_WRITES) const uint WRITES = 1;

// Below every score.
const float MASKED = -1e38;

float maximum = MASKED;
float total = 0.0;
float mean = 0.0; // rowsum (P dP), before the division by total

void
add_statistics (uint first)
{
  float above = maximum;
  float weights = 0.0;
  float products = 0.0;

  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint j = 0; j < BLOCK; j++)
    {
      dots_a[j] = first + j < args.streamed_rows ? dots_a[j] * args.scale_log2e : MASKED;
      above = max (above, dots_a[j]);
    }
  [[unroll]] for (uint j = 0; j < BLOCK; j++)
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

vec4 sums[QUADS];

void
add_rows (uint first, float factor, float centre)
{
  dot_a (first);
  dot_b (first);
  [[unroll]] for (uint j = 0; j < BLOCK; j++)
    {
      const float p = exp2 (dots_a[j] * args.scale_log2e - maximum) * factor;

      dots_a[j] = first + j < args.streamed_rows ? p * (dots_b[j] - centre) : 0.0;
    }
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++) [[unroll]]
    for (uint j = 0; j < BLOCK; j++)
      sums[quad] = fma (vec4 (dots_a[j]), streamed_quad (streamed_a_at, first + j, quad), sums[quad]);
}

void
main ()
{
  uint first = 0;

  load_own_rows ();
  // do … while: see strided_product.comp.
  do
    {
      add_statistics (first);
      first += BLOCK;
    }
  while (first < args.streamed_rows);

  const float factor = 1.0 / total;
  const float centre = mean * factor;
  const bool inside = own_row () < args.own_rows;

  if (inside)
    {
      const uint at = statistics_at (own_row (), args.own_rows);

      store1_f32 (args.statistics, at, maximum);
      store1_f32 (args.statistics, at + 1, factor);
      store1_f32 (args.statistics, at + 2, centre);
    }
  if (WRITES == 0)
    return;
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
    sums[quad] = vec4 (0.0);
  first = 0;
  do
    {
      add_rows (first, factor, centre);
      first += BLOCK;
    }
  while (first < args.streamed_rows);
  if (inside)
    [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
      store4 (args.y_a, own_start + 4 * quad, sums[quad] * args.scale);
}
