// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Convolution with any kernel size, stride and zero padding as an implicit GEMM: the im2col matrix is never stored.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/conv2d.h"
#define PZ_W_ROW (args.kernel_height * args.kernel_width * args.in_channels)
#include "shaders/lib/product-tile.glsl"

void
main ()
{
  const uint row = (gl_WorkGroupID.z * PZ_FOLD + gl_WorkGroupID.x) * ROWS;
  const uint column
    = (gl_WorkGroupID.y * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * COLS;
  const uint taps = args.kernel_height * args.kernel_width;
  const ivec2 last = ivec2 (args.width, args.height) - 1;
  ivec2 corner[ROWS]; // of the kernel's window, in x
  uint picture[ROWS]; // index of x[batch, 0, 0, 0] in pixels

  if (row >= args.m)
    return;
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint pixel = min (row + r, args.m - 1);
      const uint line = pixel / args.out_width;
      const ivec2 at = ivec2 (pixel % args.out_width, line % args.out_height);

      corner[r] = at * int (args.stride) - ivec2 (args.pad_left, args.pad_top);
      picture[r] = line / args.out_height * args.height * args.width;
    }

  pz_tile_clear ();
  for (uint tap = 0; tap < taps; tap++)
    {
      const ivec2 step = ivec2 (tap % args.kernel_width, tap / args.kernel_width);

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        {
          const ivec2 at = corner[r] + step;
          const ivec2 valid = clamp (at, ivec2 (0), last);

          pz_x_inside[r] = at == valid;
          pz_x_rows[r]
            = pz_at (args.x, (picture[r] + valid.y * args.width + valid.x) * args.in_channels);
        }
      [[unroll]] for (uint c = 0; c < COLS; c++)
        pz_w_rows[c]
          = pz_w_at (args.w, (min (column + c, args.n - 1) * taps + tap) * args.in_channels);
      pz_tile_run (args.in_channels);
    }
  pz_tile_finish (row, column, 0);
}
