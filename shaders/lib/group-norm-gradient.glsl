// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shared by the kernels that read x and d_out: each lane has four channels of a run of pixels.
#ifndef PZ_GROUP_NORM_GRADIENT_GLSL
#define PZ_GROUP_NORM_GRADIENT_GLSL

#include "shaders/args/group_norm_gradient.h"
#include "shaders/lib/slope.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;
layout (constant_id = PZ_SPEC_GROUP_NORM_ACT) const uint ACT = PZ_ACT_NONE;

uint pz_run;
uint pz_item;
uint pz_channel;
uint pz_count; // number of channels from pz_channel on
uint pz_first; // index of the run's first element
uint pz_pixels; // in the run
vec4 pz_mean;
vec4 pz_factor;
vec4 pz_bias;

vec4
pz_quad (uint64_t address, uint at)
{
  return PACKED != 0 ? load4 (address, at) : load4_edge (address, at, pz_count);
}

vec4
pz_quad_f32 (uint64_t address, uint at)
{
  return PACKED != 0 ? load4_f32 (address, at) : load4_edge_f32 (address, at, pz_count);
}

void
pz_store_quad_f32 (uint64_t address, uint at, vec4 value)
{
  if (PACKED != 0)
    store4_f32 (address, at, value);
  else
    store4_edge_f32 (address, at, pz_count, value);
}

// Sets the variables above for this lane's run. FALSE for lanes beyond the last run.
bool
pz_locate_run ()
{
  const uint lane = pz_lane ();

  pz_run = pz_divide (lane, args.quads_multiplier, args.quads_shift);
  pz_item = pz_divide (pz_run, args.chunks_multiplier, args.chunks_shift);
  if (pz_item >= args.batch)
    return false;

  const uint pixel = (pz_run - pz_item * args.chunks) * args.chunk_pixels;

  pz_channel = (lane - pz_run * args.quads) * 4;
  pz_count = args.channels - pz_channel;
  pz_pixels = min (args.chunk_pixels, args.pixels - pixel);
  pz_first = (pz_item * args.pixels + pixel) * args.channels + pz_channel;

  const uint at = pz_item * 2 * args.channels + pz_channel;

  pz_mean = pz_quad_f32 (args.factors, at);
  pz_factor = pz_quad_f32 (args.factors, at + args.channels);
  pz_bias = pz_quad (args.bias, pz_channel);
  return true;
}

// d_out act' weight / deviation, the gradient of the normalised value divided by the deviation; offset: x - mean.
vec4
pz_upstream (uint at, vec4 offset)
{
  vec4 d_out = pz_quad (args.d_out, at);

  if (ACT != PZ_ACT_NONE)
    d_out *= pz_slope4 (offset * pz_factor + pz_bias, ACT);
  return d_out * pz_factor;
}

#endif
