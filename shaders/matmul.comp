// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Linear layers, 1x1 convolutions and batched products of activations, without cooperative matrices.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/matmul.h"
#define PZ_W_ROW args.k
#include "shaders/lib/product-tile.glsl"

void
main ()
{
  const uint fold = gl_WorkGroupID.z % args.folds;
  const uint batch = gl_WorkGroupID.z / args.folds;
  const uint row = (fold * PZ_FOLD + gl_WorkGroupID.x) * ROWS;
  const uint column
    = (gl_WorkGroupID.y * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * COLS;

  if (row >= args.m)
    return;
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      pz_x_rows[r]
        = pz_at (args.x, batch * args.x_batch + min (row + r, args.m - 1) * args.x_row);
      pz_x_inside[r] = true;
    }
  [[unroll]] for (uint c = 0; c < COLS; c++)
    pz_w_rows[c]
      = pz_w_at (args.w, batch * args.w_batch + min (column + c, args.n - 1) * args.w_row);

  pz_tile_clear ();
  pz_tile_run (args.k);
  pz_tile_finish (row, column, batch * args.y_batch);
}
