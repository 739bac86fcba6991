// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// For products with few rows and columns and a long k: k is split over args.splits workgroups, each of which sums a part of k
// and stores it to args.y, f32 [args.splits, m, n], for product_sum.comp. The workgroups of a tile are neighbours along y.
#ifndef PZ_SPLIT_GLSL
#define PZ_SPLIT_GLSL

#include "shaders/lib/epilogue.glsl"

// Parts start at multiples of this, so that they are the same for every tile size.
const uint PART_UNIT = STEP_K > 32 ? STEP_K : 32;

uint
pz_split_column ()
{
  return gl_WorkGroupID.y / args.splits * TILE_N;
}

// First element of this workgroup's part of k, and the one after its last.
uvec2
pz_split_range (uint n_k)
{
  const uint length = (n_k + args.splits * PART_UNIT - 1) / (args.splits * PART_UNIT) * PART_UNIT;
  const uint first = gl_WorkGroupID.y % args.splits * length;

  return args.splits > 1 ? uvec2 (first, min (first + length, n_k)) : uvec2 (0, n_k);
}

uint
part_at (uint row, uint column)
{
  return (gl_WorkGroupID.y % args.splits * args.m + row) * args.n + column;
}

// Applies pz_epilogue1 () or pz_epilogue4 (), or stores the sums of the part if k is split.
void
pz_finish1 (float sum, uint row, uint column, uint at)
{
  if (args.splits > 1)
    store1_f32 (args.y, part_at (row, column), sum);
  else
    pz_epilogue1 (sum, row, column, at);
}

void
pz_finish4 (vec4 sum, uint row, uint column, uint at)
{
  if (args.splits > 1)
    store4_f32 (args.y, part_at (row, column), sum);
  else
    pz_epilogue4 (sum, row, column, at);
}

#endif
