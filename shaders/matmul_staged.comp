// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// matmul.comp with operands staged through shared memory: on cooperative matrices, or without them (PZ_BLOCKED).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/matmul.h"
#define PZ_W_ROW args.k
#ifdef PZ_BLOCKED
#include "shaders/lib/blocked-tile.glsl"
#else
#include "shaders/lib/coop-tile.glsl"
#endif

uint x_places[X_CHUNKS]; // rows; m or more = beyond the last row
uint64_t x_start;
uint64_t w_start;

void
pz_place_x (uint chunk, uint row)
{
  x_places[chunk] = row;
}

void
pz_start_x (uint k)
{
}

void
pz_step_x ()
{
}

uvec4
pz_fetch_x (uint chunk, uint k)
{
  const uint row = x_places[chunk];

  return pz_halves8 (x_start + uint64_t (min (row, args.m - 1) * args.x_row) * 2, k,
                     row < args.m ? args.k : 0);
}

uvec4
pz_fetch_w (uint column, uint k)
{
  return pz_weights8 (w_start + uint64_t (min (column, args.n - 1) * args.w_row) * PZ_W_BYTES, k,
                      column < args.n ? args.k : 0);
}

void
main ()
{
  const uint fold = gl_WorkGroupID.z % args.folds;
  const uint batch = gl_WorkGroupID.z / args.folds;
  const uint row = (fold * PZ_FOLD + gl_WorkGroupID.x) * TILE_M;

  if (row >= args.m) // uniform in the workgroup
    return;
  x_start = args.x + uint64_t (batch * args.x_batch) * 2;
  w_start = args.w + uint64_t (batch * args.w_batch) * PZ_W_BYTES;
  pz_staged_product (row, pz_split_column (), args.k, batch * args.y_batch);
}
