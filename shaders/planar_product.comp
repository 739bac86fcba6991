// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Implicit GEMM on planar input, for CPU devices: lanes are neighbouring pixels, read by one vector load
// (lib/lanes.glsl), and an element of w is uniform. A workgroup computes VECTORS vectors x
// PZ_PLANAR_OUTPUTS columns. Sums run over k in order, in blocks of DEPTH that are summed separately to
// reduce the rounding error.
//
// PZ_PLANAR_RESULT: a batch of products, one per group z, whose results are planar too:
// y is f32 [products, vectors, columns, lanes].
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/planar_product.h"
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_PLANAR_VECTORS) const uint VECTORS = 1;
layout (constant_id = PZ_SPEC_PLANAR_DEPTH) const uint DEPTH = 16;
layout (constant_id = PZ_SPEC_PLANAR_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_PLANAR_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_PLANAR_ACT_OUT) const uint ACT_OUT = 0;

#define PZ_W_ROW (args.taps * args.channels)
#include "shaders/lib/epilogue.glsl"

const uint OUTPUTS = PZ_PLANAR_OUTPUTS;

#ifdef PZ_W8
#define W_BYTES 1
#define load_w pz_uniform1_i8
#elif defined PZ_W_F16
#define W_BYTES 2
#define load_w pz_uniform1_f16
#else
#define W_BYTES 4
#define load_w load1_f32
#endif

uint64_t x_at[VECTORS]; // addresses of the first tap and channel
uint64_t w_at[OUTPUTS];
float sums[VECTORS * OUTPUTS];

void
place (uint first_vector, uint first_output)
{
  [[unroll]] for (uint v = 0; v < VECTORS; v++)
    {
      const uint vector = min (first_vector + v, args.n_vectors - 1);
      const uint line = vector / args.vectors_per_line;
      const uint column = (vector - line * args.vectors_per_line) * LANES;
      const uint planar_line
        = line * args.line_step + line / args.picture_lines * args.picture_gap;

      x_at[v]
        = args.planar + uint64_t (gl_WorkGroupID.z * args.planar_batch) * 4
          + uint64_t (planar_line * args.channels * args.columns + column) * 4;
    }
  [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
    w_at[o] = args.w + uint64_t (gl_WorkGroupID.z * args.w_batch) * W_BYTES
              + uint64_t (min (first_output + o, args.n - 1) - args.first_column)
                  * (args.taps * args.channels * W_BYTES);
  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    sums[i] = 0.0;
}

// Adds the products of DEPTH channels of one tap, unrolled: the software driver copies all sums at each
// iteration of a loop.
void
add_block (uint64_t x_offset, uint64_t w_offset)
{
  float block[VECTORS * OUTPUTS];

  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    block[i] = 0.0;
  [[unroll]] for (uint d = 0; d < DEPTH; d++)
    {
      const uint64_t x_row = x_offset + uint64_t (d * args.columns) * 4;
      float x[VECTORS];

      [[unroll]] for (uint v = 0; v < VECTORS; v++)
        x[v] = pz_lanes_f32 (x_at[v] + x_row);
      [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
        {
          const float w = load_w (w_at[o] + w_offset, d);

          [[unroll]] for (uint v = 0; v < VECTORS; v++)
            block[v * OUTPUTS + o] = fma (x[v], w, block[v * OUTPUTS + o]);
        }
    }
  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    sums[i] += block[i];
}

#ifdef PZ_PLANAR_RESULT
void
finish (uint v, uint vector, uint first_output)
{
  const uint place = (gl_WorkGroupID.z * args.n_vectors + vector) * args.n + first_output;

  if (vector < args.n_vectors)
    [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
      store1_f32 (args.y, (place + o) * LANES + gl_LocalInvocationID.x, sums[v * OUTPUTS + o]);
}
#else
void
finish (uint v, uint vector, uint first_output)
{
  const uint line = vector / args.vectors_per_line;
  const uint x = (vector - line * args.vectors_per_line) * LANES + gl_LocalInvocationID.x;
  const uint row = args.first_row + line * args.out_width + x;
  const uint at = row * args.n + first_output;

  if (x >= args.out_width || row >= args.m || vector >= args.n_vectors)
    return;
  if (PACKED != 0)
    pz_epilogue4 (vec4 (sums[v * OUTPUTS], sums[v * OUTPUTS + 1], sums[v * OUTPUTS + 2],
                        sums[v * OUTPUTS + 3]),
                  row, first_output, at);
  else [[unroll]]
    for (uint o = 0; o < OUTPUTS; o++)
      if (first_output + o < args.n)
        pz_epilogue1 (sums[v * OUTPUTS + o], row, min (first_output + o, args.n - 1), at + o);
}
#endif

// Offset in the planar copy of the first channel of a tap of the window.
uint
tap_offset (uint tap)
{
  const uint dy = tap / args.kernel_width;
  const uint dx = tap - dy * args.kernel_width;

  return dy * args.channels * args.columns + dx % args.phases * args.phase_columns
         + dx / args.phases;
}

void
main ()
{
  const uvec2 group = args.vectors_first != 0 ? gl_WorkGroupID.yx : gl_WorkGroupID.xy;
  const uint first_output = args.first_column + group.x * OUTPUTS;
  const uint first_vector = group.y * VECTORS;
  const uint n_k = args.taps * args.channels;
  uint next_k = 0, next_x = 0, next_channel = 0;
  bool more;

  place (first_vector, first_output);
  // The next block's offsets are computed ahead of this block's sums, and without a division as long as the tap stays the
  // same: the software driver passes a loop's variables through memory, so that a block begins late where its addresses
  // are the end of a long computation.
  do
    {
      const uint k = next_k, x = next_x;

      next_k += DEPTH;
      next_x += DEPTH * args.columns;
      next_channel += DEPTH;
      more = next_k < n_k;
      if (next_channel == args.channels)
        {
          next_channel = 0;
          next_x = tap_offset (next_k / args.channels);
        }
      add_block (uint64_t (x) * 4, uint64_t (k) * W_BYTES);
    }
  while (more);
  [[unroll]] for (uint v = 0; v < VECTORS; v++)
    finish (v, first_vector + v, first_output);
}
