// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Matrix product for GPUs without cooperative matrices, with operands staged by staged-operands.glsl. A lane computes ROWS x
// COLS sums in f32, in order of k. Its rows are LANES / LANES_N apart and its columns LANES_N apart, so that neighbouring lanes
// read rows of the tiles that start in different banks, and store neighbouring columns. PZ_PACKED: uses packed f16 arithmetic.
#ifndef PZ_BLOCKED_TILE_GLSL
#define PZ_BLOCKED_TILE_GLSL

#ifdef PZ_PACKED
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif

#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_LOCAL_X) const uint LANES = 128;
layout (constant_id = PZ_SPEC_BLOCKED_ROWS) const uint ROWS = 4;
layout (constant_id = PZ_SPEC_BLOCKED_COLS) const uint COLS = 4;
layout (constant_id = PZ_SPEC_BLOCKED_LANES_N) const uint LANES_N = 16;
layout (constant_id = PZ_SPEC_BLOCKED_STEP_K) const uint STEP_K = 32;
layout (constant_id = PZ_SPEC_BLOCKED_ALIGNED) const uint ALIGNED = 1;
layout (constant_id = PZ_SPEC_BLOCKED_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_BLOCKED_ACT_OUT) const uint ACT_OUT = 0;

const uint LANES_M = LANES / LANES_N;
const uint TILE_M = ROWS * LANES_M;
const uint TILE_N = COLS * LANES_N;

#include "shaders/lib/split.glsl"
#include "shaders/lib/staged-operands.glsl"

void
pz_staged_product (uint first_row, uint first_column, uint n_k, uint y_start)
{
  const uint lane_m = gl_LocalInvocationID.x / LANES_N, lane_n = gl_LocalInvocationID.x % LANES_N;
  const uvec2 range = pz_split_range (n_k);
  float sums[ROWS * COLS];

  [[unroll]] for (uint i = 0; i < ROWS * COLS; i++)
    sums[i] = 0.0;
  pz_begin_tiles (first_row, first_column, range.x);
  for (uint k = range.x; k < range.y; k += STEP_K)
    {
      const uint second = pz_next_tiles (first_column, k, range.y);

      [[unroll]] for (uint chunk = 0; chunk < STEP_CHUNKS; chunk++)
        {
          uvec4 x[ROWS], w[COLS];

          [[unroll]] for (uint r = 0; r < ROWS; r++)
            x[r] = pz_x_tile[(second * TILE_M + r * LANES_M + lane_m) * STRIDE + chunk];
          [[unroll]] for (uint c = 0; c < COLS; c++)
            w[c] = pz_w_tile[(second * TILE_N + c * LANES_N + lane_n) * STRIDE + chunk];
#ifdef PZ_PACKED
          // Two products per instruction. Sums of four products are f16, so they are rounded like their factors.
          [[unroll]] for (uint r = 0; r < ROWS; r++)
            [[unroll]] for (uint c = 0; c < COLS; c++)
              {
                f16vec2 pairs = unpackFloat2x16 (x[r].x) * unpackFloat2x16 (w[c].x);

                [[unroll]] for (uint i = 1; i < 4; i++)
                  pairs = fma (unpackFloat2x16 (x[r][i]), unpackFloat2x16 (w[c][i]), pairs);
                sums[r * COLS + c] += float (pairs.x) + float (pairs.y);
              }
#else
          [[unroll]] for (uint pair = 0; pair < 4; pair++)
            {
              vec2 columns[COLS];

              [[unroll]] for (uint c = 0; c < COLS; c++)
                columns[c] = unpackHalf2x16 (w[c][pair]);
              [[unroll]] for (uint r = 0; r < ROWS; r++)
                {
                  const vec2 row = unpackHalf2x16 (x[r][pair]);

                  [[unroll]] for (uint c = 0; c < COLS; c++)
                    sums[r * COLS + c]
                      = fma (row.y, columns[c].y, fma (row.x, columns[c].x, sums[r * COLS + c]));
                }
            }
#endif
        }
    }

  [[unroll]] for (uint r = 0; r < ROWS; r++)
    [[unroll]] for (uint c = 0; c < COLS; c++)
      {
        const uint row = first_row + r * LANES_M + lane_m;
        const uint column = first_column + c * LANES_N + lane_n;

        if (row < args.m && column < args.n)
          pz_finish1 (sums[r * COLS + c], row, column, y_start + row * args.n + column);
      }
}

#endif
