// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weighted mean of squared differences, or (PZ_GRADIENT) its gradient with respect to x. One workgroup per batch entry,
// because latents are small. PZ_F16 is x's dtype.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/mean_square.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#include "shaders/lib/reduce.glsl"

float
weight_of (uint item, uint i)
{
  if (args.weight == 0)
    return 1.0;
  return load1_f32 (args.weight,
                    item * (args.n / args.channels)
                      + pz_divide (i, args.channels_multiplier, args.channels_shift));
}

// A lane's own sum has few terms; the sum over lanes is a tree.
float
total_weight (uint item)
{
  float sum = 0.0;

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    sum += weight_of (item, i);
  return pz_reduce_sum (sum, gl_WorkGroupSize.x);
}

void
main ()
{
  const uint item = pz_group ();

  if (item >= args.batch) // uniform in the workgroup
    return;

  const uint from = item * args.n;
  const float total = total_weight (item);
#ifdef PZ_GRADIENT
  const float factor = total > 0.0 ? 2.0 * load1_f32 (args.d_out, item) / total : 0.0;

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    store1 (args.y, from + i,
            factor * weight_of (item, i)
              * (load1 (args.x, from + i) - load1_f32 (args.target, from + i)));
#else
  float sum = 0.0;

  for (uint i = gl_LocalInvocationID.x; i < args.n; i += gl_WorkGroupSize.x)
    {
      const float d = load1 (args.x, from + i) - load1_f32 (args.target, from + i);

      sum += weight_of (item, i) * d * d;
    }
  sum = pz_reduce_sum (sum, gl_WorkGroupSize.x);
  if (gl_LocalInvocationID.x == 0)
    store1_f32 (args.y, item, total > 0.0 ? sum / total : 0.0);
#endif
}
