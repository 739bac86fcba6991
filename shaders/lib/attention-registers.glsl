// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane keeps ROWS rows in registers. All lanes stream over the same rows (args/attention_gradient.h), BLOCK at a time: the
// software driver copies all registers in every iteration, so short iterations are slow. Each streamed element is loaded once
// for all ROWS.
#ifndef PZ_ATTENTION_REGISTERS_GLSL
#define PZ_ATTENTION_REGISTERS_GLSL

#include "shaders/args/attention_gradient.h"
#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_ATTENTION_REGISTERS_HEAD_DIM) const uint HEAD_DIM = 4;
layout (constant_id = PZ_SPEC_ATTENTION_REGISTERS_ROWS) const uint ROWS = 1;
layout (constant_id = PZ_SPEC_ATTENTION_REGISTERS_BLOCK) const uint BLOCK = 8;
const uint QUADS = HEAD_DIM / 4;

// The quads of row r start at r * QUADS, its dot products at r * BLOCK.
vec4 own_a[ROWS * QUADS];
vec4 own_b[ROWS * QUADS];
uint own_start[ROWS]; // index of this head's first element in the lane's row
uint64_t streamed_a_at; // address of this head's part of the first row
uint64_t streamed_b_at;
float dots_a[ROWS * BLOCK]; // of own and streamed rows
float dots_b[ROWS * BLOCK];

uint
own_row (uint r)
{
  return (gl_WorkGroupID.x * ROWS + r) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

void
load_own_rows ()
{
  const uint entry = gl_WorkGroupID.z / args.heads;
  const uint column = (gl_WorkGroupID.z - entry * args.heads) * HEAD_DIM;
  const uint64_t offset = uint64_t (entry * args.streamed_rows * args.width + column) * 4;

  streamed_a_at = args.streamed_a + offset;
  streamed_b_at = args.streamed_b + offset;
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      own_start[r] = (entry * args.own_rows + min (own_row (r), args.own_rows - 1)) * args.width + column;
      [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
        {
          own_a[r * QUADS + quad] = load4 (args.own_a, own_start[r] + 4 * quad);
          own_b[r * QUADS + quad] = load4 (args.own_b, own_start[r] + 4 * quad);
        }
    }
}

// Four elements of a streamed row; a row beyond the last one reads as the last one.
vec4
streamed_quad (uint64_t at, uint row, uint quad)
{
  return load4_f32 (at + uint64_t (min (row, args.streamed_rows - 1) * args.width) * 4, quad * 4);
}

float
add_dot (vec4 a, vec4 b, float sum)
{
  return fma (a.w, b.w, fma (a.z, b.z, fma (a.y, b.y, fma (a.x, b.x, sum))));
}

// Dot products over the head, each summed in order. Those of the ROWS rows are interleaved to hide the latency of fma.
#define PZ_DOT(NAME, DOTS, OWN, AT)                                                              \
  void NAME (uint first)                                                                         \
  {                                                                                              \
    [[unroll]] for (uint i = 0; i < ROWS * BLOCK; i++)                                           \
      DOTS[i] = 0.0;                                                                             \
    [[unroll]] for (uint quad = 0; quad < QUADS; quad++) [[unroll]]                              \
      for (uint j = 0; j < BLOCK; j++)                                                           \
        {                                                                                        \
          const vec4 row = streamed_quad (AT, first + j, quad);                                  \
                                                                                                 \
          [[unroll]] for (uint r = 0; r < ROWS; r++)                                             \
            DOTS[r * BLOCK + j] = add_dot (OWN[r * QUADS + quad], row, DOTS[r * BLOCK + j]);     \
        }                                                                                        \
  }

PZ_DOT (dot_a, dots_a, own_a, streamed_a_at)
PZ_DOT (dot_b, dots_b, own_b, streamed_b_at)

// Adds the streamed rows, weighted by DOTS, to SUMS.
#define PZ_ADD_STREAMED(SUMS, DOTS, AT)                                                          \
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++) [[unroll]]                                \
    for (uint j = 0; j < BLOCK; j++)                                                             \
      {                                                                                          \
        const vec4 row = streamed_quad (AT, first + j, quad);                                    \
                                                                                                 \
        [[unroll]] for (uint r = 0; r < ROWS; r++)                                               \
          SUMS[r * QUADS + quad]                                                                 \
            = fma (vec4 (DOTS[r * BLOCK + j]), row, SUMS[r * QUADS + quad]);                     \
      }

uint
statistics_at (uint query, uint queries)
{
  return (gl_WorkGroupID.z * queries + query) * 3;
}

#endif
