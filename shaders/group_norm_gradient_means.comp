// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Second of three passes: CLUSTER lanes combine the sums of one group of one picture.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/group_norm_gradient.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_GROUP_NORM_CLUSTER) const uint CLUSTER = 1;

#include "shaders/lib/reduce.glsl"

// Mean over all channels of the group and all chunks.
float
mean_from (uint from, uint group_channels, uint me)
{
  float sum = 0.0;

  for (uint chunk = me; chunk < args.chunks; chunk += CLUSTER)
    for (uint c = 0; c < group_channels; c++)
      sum += load1_f32 (args.partials, from + chunk * 2 * args.channels + c);
  return pz_reduce_sum (sum, CLUSTER) / (float (args.pixels) * float (group_channels));
}

void
main ()
{
  const uint group = pz_lane () / CLUSTER;
  const uint me = pz_lane () % CLUSTER;
  const uint item = group / args.groups;
  const uint group_channels = args.channels / args.groups;
  const uint channel = (group % args.groups) * group_channels;

  if (item >= args.batch) // uniform in the workgroup
    return;

  const uint from = item * args.chunks * 2 * args.channels + channel;
  const uint to = item * 2 * args.channels + channel;
  const float scale = load1_f32 (args.scales, group);
  const float mean = mean_from (from, group_channels, me);
  const float slope = mean_from (from + args.channels, group_channels, me) * scale * scale;

  for (uint c = me; c < group_channels; c += CLUSTER)
    {
      store1_f32 (args.means, to + c, mean);
      store1_f32 (args.means, to + args.channels + c, slope);
    }
}
