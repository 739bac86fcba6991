// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Second of three: a workgroup joins the sums of one group of one picture.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/group_norm_gradient.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

#include "shaders/lib/reduce.glsl"

// Over all channels of the group and all chunks.
float
mean_from (uint from, uint group_channels)
{
  float sum = 0.0;

  for (uint chunk = gl_LocalInvocationID.x; chunk < args.chunks; chunk += gl_WorkGroupSize.x)
    for (uint c = 0; c < group_channels; c++)
      sum += load1_f32 (args.partials, from + chunk * 2 * args.channels + c);
  return pz_share_sum (sum, gl_WorkGroupSize.x)
         / (float (args.pixels) * float (group_channels));
}

void
main ()
{
  const uint item = pz_group () / args.groups;
  const uint group_channels = args.channels / args.groups;
  const uint channel = (pz_group () % args.groups) * group_channels;

  if (item >= args.batch) // uniform in the workgroup
    return;

  const uint from = item * args.chunks * 2 * args.channels + channel;
  const uint to = item * 2 * args.channels + channel;
  const float scale = load1_f32 (args.scales, pz_group ());
  const float mean = mean_from (from, group_channels);
  const float slope = mean_from (from + args.channels, group_channels) * scale * scale;

  for (uint c = gl_LocalInvocationID.x; c < group_channels; c += gl_WorkGroupSize.x)
    {
      store1_f32 (args.means, to + c, mean);
      store1_f32 (args.means, to + args.channels + c, slope);
    }
}
