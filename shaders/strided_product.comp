// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Batched matrix product with arbitrary strides, for the five products of the attention gradient. Lanes are neighbouring
// columns; an element of a is uniform, so a may be transposed. A workgroup computes VECTORS vectors of PZ_STRIDED_OUTPUTS rows.
// Sums run over k in order, in blocks of DEPTH (at most n_k) that are summed separately to reduce the rounding error, then
// (TAIL) over the remainder. PZ_F16 is y's dtype.
//
// A vector that would end beyond its row starts earlier, and lanes that overlap the previous vector are not stored: memory
// beyond a row may not exist.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/strided_product.h"
#define PZ_F32_ONLY
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_STRIDED_SPLITS) const uint SPLITS = 0;
layout (constant_id = PZ_SPEC_STRIDED_VECTORS) const uint VECTORS = 1;
layout (constant_id = PZ_SPEC_STRIDED_DEPTH) const uint DEPTH = 16;
layout (constant_id = PZ_SPEC_STRIDED_TAIL) const uint TAIL = 0;
layout (constant_id = PZ_SPEC_STRIDED_ADDS) const uint ADDS = 0;

const uint OUTPUTS = PZ_STRIDED_OUTPUTS;

uint64_t a_at[OUTPUTS];
uint64_t b_at[VECTORS];
uint columns[VECTORS]; // column of each vector's first lane; without SPLITS, of this lane
float sums[VECTORS * OUTPUTS];
float block[VECTORS * OUTPUTS]; // sums of the current block of k

void
place (uint first_row, uint first_column, uint entry, uint head)
{
  const uint last = args.width - head * args.head_column - LANES;

  [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
    a_at[o] = args.a
              + uint64_t (entry * args.a_entry + head * args.a_head
                          + gl_WorkGroupID.z * args.a_group
                          + min (first_row + o, args.rows - 1) * args.a_row)
                  * 4;
  [[unroll]] for (uint v = 0; v < VECTORS; v++)
    {
      const uint column = first_column + v * LANES;

      columns[v] = SPLITS != 0
                     ? min (column, last)
                     : min (column + gl_LocalInvocationID.x, args.columns - 1);
      b_at[v] = args.b
                + uint64_t (entry * args.b_entry + head * args.b_head + columns[v]) * 4;
    }
  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    sums[i] = 0.0;
}

// Floats that are contiguous across lanes; with SPLITS they are loaded from a uniform address (lib/lanes.glsl).
float
side_by_side (uint64_t address)
{
  if (SPLITS != 0)
    return pz_lanes_f32 (address);
  return load1_f32 (address, 0);
}

void
add_products (uint k)
{
  const uint64_t b_row = uint64_t (k * args.b_k) * 4;
  float x[VECTORS];

  [[unroll]] for (uint v = 0; v < VECTORS; v++)
    x[v] = side_by_side (b_at[v] + b_row);
  [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
    {
      const float w = load1_f32 (a_at[o], k * args.a_k);

      [[unroll]] for (uint v = 0; v < VECTORS; v++)
        block[v * OUTPUTS + o] = fma (x[v], w, block[v * OUTPUTS + o]);
    }
}

void
begin_block ()
{
  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    block[i] = 0.0;
}

void
end_block ()
{
  [[unroll]] for (uint i = 0; i < VECTORS * OUTPUTS; i++)
    sums[i] += block[i];
}

void
finish (uint v, uint first_row, uint first_column, uint64_t from)
{
  const uint first = first_column + v * LANES;
  const uint column = SPLITS != 0 ? columns[v] + gl_LocalInvocationID.x
                                  : first + gl_LocalInvocationID.x;

  [[unroll]] for (uint o = 0; o < OUTPUTS; o++)
    {
      // A uniform load is executed even if no lane is active, so its address must be valid.
      const uint at = min (first_row + o, args.rows - 1) * args.y_row;
      float value = sums[v * OUTPUTS + o] * args.scale;

#ifndef PZ_F16
      if (ADDS != 0)
        value += side_by_side (from + uint64_t (at + columns[v]) * 4);
#endif
      if (first_row + o < args.rows && column >= first && column < args.columns)
        store1 (from, at + column, value);
    }
}

void
main ()
{
  const uint group = args.first + gl_WorkGroupID.z;
  const uint entry = group / args.heads;
  const uint head = group - entry * args.heads;
  const uint first_row = gl_WorkGroupID.x * OUTPUTS;
  const uint first_column = gl_WorkGroupID.y * VECTORS * LANES;
#ifdef PZ_F16
  const uint bytes = 2;
#else
  const uint bytes = 4;
#endif
  const uint64_t y
    = args.y
      + uint64_t (entry * args.y_entry + head * args.y_head + gl_WorkGroupID.z * args.y_group)
          * bytes;
  uint k = 0;

  place (first_row, first_column, entry, head);
  // do … while, because the software driver executes the body of a `while` loop, including its loads, once more with no lane
  // active.
  do
    {
      begin_block ();
      [[unroll]] for (uint d = 0; d < DEPTH; d++)
        add_products (k + d);
      end_block ();
      k += DEPTH;
    }
  while (k + DEPTH <= args.n_k);
  if (TAIL != 0)
    {
      begin_block ();
      do
        add_products (k++);
      while (k < args.n_k);
      end_block ();
    }
  [[unroll]] for (uint v = 0; v < VECTORS; v++)
    finish (v, first_row, first_column, y);
}
