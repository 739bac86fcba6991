// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each lane computes the dot product of one head of two rows.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/head_dot.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  // Lanes are in the order of y.
  const uint group = pz_divide (i, args.queries_multiplier, args.queries_shift);
  const uint query = i - group * args.queries;
  const uint batch = pz_divide (group, args.heads_multiplier, args.heads_shift);
  const uint head = group - batch * args.heads;
  const uint from = ((batch * args.queries + query) * args.heads + head) * args.head_dim;
  float sum = 0.0;

  if (PACKED != 0)
    for (uint d = 0; d < args.head_dim; d += 4)
      sum += dot (load4 (args.a, from + d), load4 (args.b, from + d));
  else
    for (uint d = 0; d < args.head_dim; d++)
      sum += load1 (args.a, from + d) * load1 (args.b, from + d);
  store1_f32 (args.y, i, sum);
}
