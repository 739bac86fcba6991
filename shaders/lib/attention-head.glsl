// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loads one head of the rows of queries, keys and values. gl_WorkGroupID: y = head, z = batch entry. A quad is four
// neighbouring elements of a row.
#ifndef PZ_ATTENTION_HEAD_GLSL
#define PZ_ATTENTION_HEAD_GLSL

#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_ATTENTION_ROWS) const uint ROWS = 4;
layout (constant_id = PZ_SPEC_ATTENTION_HEAD_DIM) const uint HEAD_DIM = 4;
const uint PZ_QUADS = (HEAD_DIM + 3) / 4;

// Lower than every score, but small enough in magnitude that the difference of two scores is finite in f32.
const float PZ_MASKED = -1e38;

// Elements 4 * quad to 4 * quad + 3 of the row at index `start`; zeros beyond the end of the head.
vec4
pz_row4 (uint64_t address, uint start, uint quad)
{
  const uint d = quad * 4;

  if (HEAD_DIM % 4 == 0)
    return load4 (address, start + d);
  return vec4 (load1 (address, start + d),
               d + 1 < HEAD_DIM ? load1 (address, start + d + 1) : 0.0,
               d + 2 < HEAD_DIM ? load1 (address, start + d + 2) : 0.0,
               d + 3 < HEAD_DIM ? load1 (address, start + d + 3) : 0.0);
}

// Index of this head's first element in row i of the batch entry, which has `rows` rows.
uint
pz_row_start (uint i, uint rows, uint width)
{
  return (gl_WorkGroupID.z * rows + i) * width + gl_WorkGroupID.y * HEAD_DIM;
}

// Keys and values have the tensors' dtype, or are f32 (PZ_KEYS_F32). pz_key_row () is the address of this head's part of row i,
// pz_key4 () loads elements 4 * quad to 4 * quad + 3 of it.
#ifdef PZ_KEYS_F32
#define PZ_KEY_BYTES 4
#elif defined PZ_F16
#define PZ_KEY_BYTES 2
#else
#define PZ_KEY_BYTES 4
#endif

uint64_t
pz_key_row (uint64_t address, uint i, uint keys, uint width)
{
  return address + uint64_t (pz_row_start (i, keys, width)) * PZ_KEY_BYTES;
}

vec4
pz_key4 (uint64_t row, uint quad)
{
#ifdef PZ_KEYS_F32
  return load4_f32 (row, quad * 4);
#else
  return pz_row4 (row, 0, quad);
#endif
}

float
pz_dot4 (vec4 a, vec4 b, float sum)
{
  return fma (a.w, b.w, fma (a.z, b.z, fma (a.y, b.y, fma (a.x, b.x, sum))));
}

#endif
