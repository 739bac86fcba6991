// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One lane holds ROWS queries in registers and meets every key in order, KEYS at a time. Keys
// are the same for all lanes of a workgroup (uniform addresses), so a key is loaded once for
// ROWS x lanes queries. Scores are f32, in powers of two.
#ifndef PZ_ATTENTION_ROWS_GLSL
#define PZ_ATTENTION_ROWS_GLSL

#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_ATTENTION_ROWS) const uint ROWS = 1;
layout (constant_id = PZ_SPEC_ATTENTION_HEAD_DIM) const uint HEAD_DIM = 4;
const uint PZ_FOURS = (HEAD_DIM + 3) / 4;
// Two at a time halve the rescaling; four make a loop that no longer fits a processor's first
// cache.
const uint KEYS = 2;

// Below every score, and far enough from the end of f32 that a difference of two is finite.
const float PZ_MASKED = -1e38;

vec4 pz_queries[ROWS * PZ_FOURS]; // scaled
float pz_scores[ROWS * KEYS];

// Elements 4 * four ... of the row that starts at index `start`; beyond the head they are
// zeros.
vec4
pz_row4 (uint64_t address, uint start, uint four)
{
  const uint d = four * 4;

  if (HEAD_DIM % 4 == 0)
    return load4 (address, start + d);
  return vec4 (load1 (address, start + d),
               d + 1 < HEAD_DIM ? load1 (address, start + d + 1) : 0.0,
               d + 2 < HEAD_DIM ? load1 (address, start + d + 2) : 0.0,
               d + 3 < HEAD_DIM ? load1 (address, start + d + 3) : 0.0);
}

// The query of this lane's row r; lanes stand side by side.
uint
pz_query (uint r)
{
  return (gl_WorkGroupID.x * ROWS + r) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

void
pz_load_queries (uint queries, uint width, float scale)
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint row = gl_WorkGroupID.z * queries + min (pz_query (r), queries - 1);

      [[unroll]] for (uint four = 0; four < PZ_FOURS; four++)
        pz_queries[r * PZ_FOURS + four]
          = pz_row4 (args.q, row * width + gl_WorkGroupID.y * HEAD_DIM, four) * scale;
    }
}

// Index of the head's part of a key's (or value's) row.
uint
pz_key_start (uint key, uint keys, uint width)
{
  return (gl_WorkGroupID.z * keys + key) * width + gl_WorkGroupID.y * HEAD_DIM;
}

float
pz_dot4 (vec4 a, vec4 b, float sum)
{
  return fma (a.w, b.w, fma (a.z, b.z, fma (a.y, b.y, fma (a.x, b.x, sum))));
}

// Scores of all rows against the key at `start`, as column j of pz_scores.
void
pz_score_key (uint start, uint j)
{
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    pz_scores[r * KEYS + j] = 0.0;
  [[unroll]] for (uint four = 0; four < PZ_FOURS; four++)
    {
      const vec4 key = pz_row4 (args.k, start, four);

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        pz_scores[r * KEYS + j]
          = pz_dot4 (pz_queries[r * PZ_FOURS + four], key, pz_scores[r * KEYS + j]);
    }
}

#endif
