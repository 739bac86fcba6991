// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One workgroup per batch entry: computes the sums first, then multiplies the rows by their weights and a common factor. A lane
// reads and writes the same elements in both passes, so y may be x.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/emphasis.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#include "shaders/lib/reduce.glsl"

// Replaces a weight of 0 in a denominator.
#define TINY 1e-20

void
main ()
{
  const uint item = pz_group ();

  if (item >= args.batch) // uniform in the workgroup
    return;

  const uint me = gl_LocalInvocationID.x;
  const uint lanes = gl_WorkGroupSize.x;
  float before = 0.0, after = 0.0, most = 0.0, least = 1.0 / TINY;

  for (uint row = item * args.tokens; row < (item + 1) * args.tokens; row++)
    {
      const float weight = load1_f32 (args.weight, row);
      float sum = 0.0;

      for (uint column = me; column < args.width; column += lanes)
        sum += load1 (args.x, row * args.width + column);
      before += sum;
      after += weight * sum;
      most = max (most, weight);
      least = min (least, weight);
    }
  before = pz_reduce_sum (before, lanes);
  after = pz_reduce_sum (after, lanes);

  // Weights of 1 must not change any bit, and division on a GPU need not be exact.
  const float factor = before == after ? 1.0
                                       : clamp (before / after, 1.0 / max (most, TINY),
                                                1.0 / max (least, TINY));

  for (uint row = item * args.tokens; row < (item + 1) * args.tokens; row++)
    {
      const float weight = load1_f32 (args.weight, row) * factor;

      for (uint column = me; column < args.width; column += lanes)
        store1 (args.y, row * args.width + column, load1 (args.x, row * args.width + column) * weight);
    }
}
