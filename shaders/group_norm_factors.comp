// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Second of three passes: CLUSTER lanes combine the partial statistics of one group of one picture, first the mean, then the
// sum of squared differences (Chan's formula), and write each channel's mean and factor.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/group_norm.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_GROUP_NORM_CLUSTER) const uint CLUSTER = 1;

#include "shaders/lib/reduce.glsl"

float
chunk_weight (uint chunk)
{
  return float (min (args.chunk_pixels, args.pixels - chunk * args.chunk_pixels));
}

void
main ()
{
  const uint group = pz_lane () / CLUSTER;
  const uint me = pz_lane () % CLUSTER;
  const uint item = group / args.groups;
  const uint group_channels = args.channels / args.groups;
  const uint channel = (group % args.groups) * group_channels;
  const uint from = item * args.chunks * 2 * args.channels + channel;
  const float total = float (args.pixels) * float (group_channels);

  // A folded dispatch may have extra workgroups; all lanes of a workgroup return here together, before any barrier.
  if (item >= args.batch)
    return;

  // Sums differences from one of the means: with a large mean, the variation would otherwise be lost in rounding.
  const float origin = load1_f32 (args.partials, from);
  float sum = 0.0;
  for (uint chunk = me; chunk < args.chunks; chunk += CLUSTER)
    {
      float means = 0.0;
      for (uint c = 0; c < group_channels; c++)
        means += load1_f32 (args.partials, from + chunk * 2 * args.channels + c) - origin;
      sum += chunk_weight (chunk) * means;
    }
  const float mean = origin + pz_reduce_sum (sum, CLUSTER) / total;

  sum = 0.0;
  for (uint chunk = me; chunk < args.chunks; chunk += CLUSTER)
    {
      const uint at = from + chunk * 2 * args.channels;
      float between = 0.0;
      float within = 0.0;
      for (uint c = 0; c < group_channels; c++)
        {
          const float d = load1_f32 (args.partials, at + c) - mean;
          between += d * d;
          within += load1_f32 (args.partials, at + args.channels + c);
        }
      sum += chunk_weight (chunk) * between + within;
    }
  const float scale = inversesqrt (pz_reduce_sum (sum, CLUSTER) / total + args.eps);

  if (args.scales != 0 && me == 0)
    store1_f32 (args.scales, group, scale);

  const uint to = item * 2 * args.channels + channel;
  for (uint c = me; c < group_channels; c += CLUSTER)
    {
      store1_f32 (args.factors, to + c, mean);
      store1_f32 (args.factors, to + args.channels + c, scale * load1 (args.weight, channel + c));
    }
}
