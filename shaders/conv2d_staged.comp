// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// conv2d.comp with operands staged through shared memory, the only place where im2col rows exist: on cooperative matrices, or
// without them (PZ_BLOCKED).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/conv2d.h"
#define PZ_W_ROW (args.kernel_height * args.kernel_width * args.in_channels)
#ifdef PZ_BLOCKED
#include "shaders/lib/blocked-tile.glsl"
#else
#include "shaders/lib/coop-tile.glsl"
#endif

ivec2 x_corners[X_CHUNKS];  // of the kernel's window, in x
uint x_pictures[X_CHUNKS];  // index of x[batch, 0, 0, 0] in pixels

void
pz_place_x (uint chunk, uint row)
{
  const uint line = row / args.out_width;
  const ivec2 at = ivec2 (row % args.out_width, line % args.out_height);

  // Rows beyond the last one are placed where every tap is in the padding.
  x_corners[chunk] = row < args.m
                       ? at * int (args.stride) - ivec2 (args.pad_left, args.pad_top)
                       : ivec2 (-0x40000000);
  x_pictures[chunk] = line / args.out_height * args.height * args.width;
}

// Position of k in the window, if a whole step belongs to one tap (ALIGNED is STEP_K): dividing in every step would be slow.
ivec2 tap_at;
uint tap_channel;

void
pz_start_x (uint k)
{
  const uint tap = k / args.in_channels;

  tap_at = ivec2 (tap % args.kernel_width, tap / args.kernel_width);
  tap_channel = k % args.in_channels;
}

void
pz_step_x ()
{
  tap_channel += STEP_K;
  if (tap_channel < args.in_channels)
    return;
  tap_channel = 0;
  tap_at.x++;
  if (tap_at.x < int (args.kernel_width))
    return;
  tap_at.x = 0;
  tap_at.y++;
}

// Index of a channel at a tap, or -1 in the padding.
int
element_at (uint chunk, ivec2 tap, uint channel)
{
  const ivec2 at = x_corners[chunk] + tap;
  const bool inside
    = all (greaterThanEqual (at, ivec2 (0))) && all (lessThan (at, ivec2 (args.width, args.height)));

  return inside ? int ((x_pictures[chunk] + at.y * args.width + at.x) * args.in_channels + channel)
                : -1;
}

// The same for element k of the window; also -1 beyond the last tap.
int
element (uint chunk, uint k)
{
  const uint tap = k / args.in_channels;

  return tap < args.kernel_width * args.kernel_height
           ? element_at (chunk, ivec2 (tap % args.kernel_width, tap / args.kernel_width),
                         k % args.in_channels)
           : -1;
}

uvec2
fetch_four (uint chunk, uint k)
{
  const int i = element (chunk, k);

  return i >= 0 ? unpack32 (PzHalves4 (args.x).v[i >> 2]) : uvec2 (0);
}

uvec4
pz_fetch_x (uint chunk, uint k)
{
  uvec4 words = uvec4 (0);

  if (ALIGNED % 8 == 0) // eight k never straddle two taps
    {
      const int i = ALIGNED % STEP_K == 0 ? element_at (chunk, tap_at, tap_channel + k % STEP_K)
                                          : element (chunk, k);

      return i >= 0 ? PzWords4 (args.x).v[i >> 3] : uvec4 (0);
    }
  if (ALIGNED % 4 == 0)
    return uvec4 (fetch_four (chunk, k), fetch_four (chunk, k + 4));
  [[unroll]] for (uint j = 0; j < 8; j++)
    {
      const int i = element (chunk, k + j);

      if (i >= 0)
        words[j / 2] |= uint (PzHalves (args.x).v[i]) << j % 2 * 16;
    }
  return words;
}

uvec4
pz_fetch_w (uint column, uint k)
{
  const uint n_k = args.kernel_height * args.kernel_width * args.in_channels;

  return pz_weights8 (args.w + uint64_t (min (column, args.n - 1) * n_k) * PZ_W_BYTES, k,
                      column < args.n ? n_k : 0);
}

void
main ()
{
  const uint row = (gl_WorkGroupID.z * PZ_FOLD + gl_WorkGroupID.x) * TILE_M;

  if (row >= args.m) // uniform in the workgroup
    return;
  pz_staged_product (row, pz_split_column (),
                   args.kernel_height * args.kernel_width * args.in_channels, 0);
}
