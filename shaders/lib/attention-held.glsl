// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows that a lane holds and rows that all lanes meet (args/attention_gradient.h), MET at a time: with fewer, what a
// turn of the loop copies costs more.
#ifndef PZ_ATTENTION_HELD_GLSL
#define PZ_ATTENTION_HELD_GLSL

#include "shaders/args/attention_gradient.h"
#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_ATTENTION_HELD_HEAD_DIM) const uint HEAD_DIM = 4;
const uint FOURS = HEAD_DIM / 4;
const uint MET = 8;

vec4 held_a[FOURS];
vec4 held_b[FOURS];
uint held_start; // of the lane's row
uint64_t met_a_at; // of the head's part of the first row
uint64_t met_b_at;
float dots_a[MET]; // of what is held and what is met
float dots_b[MET];

uint
held_row ()
{
  return gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

void
take_rows ()
{
  const uint entry = gl_WorkGroupID.z / args.heads;
  const uint column = (gl_WorkGroupID.z - entry * args.heads) * HEAD_DIM;
  const uint64_t met = uint64_t (entry * args.met * args.width + column) * 4;

  held_start = (entry * args.held + min (held_row (), args.held - 1)) * args.width + column;
  met_a_at = args.met_a + met;
  met_b_at = args.met_b + met;
  [[unroll]] for (uint four = 0; four < FOURS; four++)
    {
      held_a[four] = load4 (args.held_a, held_start + 4 * four);
      held_b[four] = load4 (args.held_b, held_start + 4 * four);
    }
}

// Four elements of a row that is met; behind the last row that one's.
vec4
met_four (uint64_t at, uint row, uint four)
{
  return load4_f32 (at + uint64_t (min (row, args.met - 1) * args.width) * 4, four * 4);
}

// Sums over the head in order, those of the rows take turns.
#define PZ_MEET(NAME, DOTS, HELD, AT)                                                            \
  void NAME (uint first)                                                                         \
  {                                                                                              \
    [[unroll]] for (uint j = 0; j < MET; j++)                                                    \
      DOTS[j] = 0.0;                                                                             \
    [[unroll]] for (uint four = 0; four < FOURS; four++) [[unroll]]                              \
      for (uint j = 0; j < MET; j++)                                                             \
        {                                                                                        \
          const vec4 row = met_four (AT, first + j, four);                                       \
                                                                                                 \
          DOTS[j] = fma (HELD[four].w, row.w,                                                    \
                         fma (HELD[four].z, row.z,                                               \
                              fma (HELD[four].y, row.y, fma (HELD[four].x, row.x, DOTS[j]))));   \
        }                                                                                        \
  }

PZ_MEET (meet_a, dots_a, held_a, met_a_at)
PZ_MEET (meet_b, dots_b, held_b, met_b_at)

uint
statistics_at (uint query, uint queries)
{
  return (gl_WorkGroupID.z * queries + query) * 3;
}

#endif
