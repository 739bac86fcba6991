// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Softmax and its gradient (args/softmax_gradient.h). A lane has one query and processes the keys in order,
// PZ_SOFTMAX_GRADIENT_KEYS per iteration. For the do … while loops see strided_product.comp.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/softmax_gradient.h"
#define PZ_F32_ONLY
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_STRIDED_SPLITS) const uint SPLITS = 0;
layout (constant_id = PZ_SPEC_SOFTMAX_GRADIENT_MASKS) const uint MASKS = 0;
layout (constant_id = PZ_SPEC_SOFTMAX_GRADIENT_COLUMN) const uint COLUMN = 0;

const uint KEYS = PZ_SOFTMAX_GRADIENT_KEYS;
const float LOG2_E = 1.44269504;
// Lower than every score, but small enough in magnitude that the difference of two scores is finite in f32.
const float MASKED = -1e38;

float
load (uint64_t plane, uint key)
{
  const uint64_t row = plane + uint64_t (key * args.columns) * 4;

  if (SPLITS != 0)
    return pz_lanes_f32 (row);
  return load1_f32 (row, gl_LocalInvocationID.x);
}

void
put (uint64_t plane, uint key, float value)
{
  store1_f32 (plane, key * args.columns + gl_LocalInvocationID.x, value);
}

// Scaled for exp2.
float
score (uint64_t scores, uint key, uint query, uint entry)
{
  const uint there = min (key, args.keys - 1);
  float value = load (scores, there) * (args.scale * LOG2_E);

  if (MASKS != 0)
    {
      // No branch: the software driver executes the loads of both sides of a branch.
      const bool given = args.key_bias != 0;
      const float bias = load1_f32 (given ? args.key_bias : args.scores,
                                    given ? entry * args.keys + there : 0);

      value += given ? LOG2_E * bias : 0.0;
      if (args.causal != 0 && key + args.queries > query + args.keys)
        value = MASKED;
    }
  return key < args.keys ? value : MASKED;
}

float
gradient (uint64_t gradients, uint key, int column, float at_column)
{
  if (COLUMN != 0)
    return int (key) == column ? at_column : 0.0;
  return load (gradients, min (key, args.keys - 1));
}

void
main ()
{
  const uint group = args.first + gl_WorkGroupID.z;
  const uint entry = group / args.heads;
  const uint place = gl_WorkGroupID.x * gl_WorkGroupSize.x;
  const uint query = args.first_query + place + gl_LocalInvocationID.x;
  const bool inside = query < args.queries;
  const uint64_t plane = uint64_t (gl_WorkGroupID.z * args.rows * args.columns + place) * 4;
  const uint64_t scores = args.scores + plane;
  const uint64_t gradients = args.gradients + plane;
  int column = 0;
  float at_column = 0.0;
  float maximum = MASKED;
  float total = 0.0;
  float dot = 0.0;

  if (COLUMN != 0)
    {
      column = clamp (PzInts (args.column).v[entry], 0, int (args.keys) - 1);
      at_column
        = load1_f32 (args.column_gradient, group * args.queries + min (query, args.queries - 1));
    }
  uint first = 0;

  do
    {
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        maximum = max (maximum, score (scores, first + i, query, entry));
      first += KEYS;
    }
  while (first < args.rows);

  first = 0;
  do
    {
      float weights[KEYS];
      float block = 0.0;
      float products = 0.0;

      [[unroll]] for (uint i = 0; i < KEYS; i++)
        {
          weights[i] = exp2 (score (scores, first + i, query, entry) - maximum);
          block += weights[i];
          products
            = fma (weights[i], gradient (gradients, first + i, column, at_column), products);
        }
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        put (scores, first + i, weights[i]);
      total += block;
      dot += products;
      first += KEYS;
    }
  while (first < args.rows);

  const float factor = inside ? 1.0 / total : 0.0;
  const float mean = dot / total;

  first = 0;
  do
    {
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        {
          const float p = load (scores, first + i) * factor;
          const float d = gradient (gradients, first + i, column, at_column);

          put (scores, first + i, p);
          put (gradients, first + i, inside ? args.scale * p * (d - mean) : 0.0);
        }
      first += KEYS;
    }
  while (first < args.rows);
}
