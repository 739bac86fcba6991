// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Converts lines of a picture from interleaved to planar f32 (args/to_planar.h).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/to_planar.h"
#include "shaders/args/spec.h"
#ifndef PZ_F16
#define PZ_F32_ONLY
#endif
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_TO_PLANAR_EDGE) const uint EDGE = 0;
layout (constant_id = PZ_SPEC_TO_PLANAR_SPLITS) const uint SPLITS = 0;
layout (constant_id = PZ_SPEC_TO_PLANAR_STRIDE) const uint STRIDE = 1;
layout (constant_id = PZ_SPEC_TO_PLANAR_FOLD_WIDTH) const uint FOLD_WIDTH = 0;

const uint COLUMNS = 4; // per iteration of copy_channels (); divides args.columns

#ifdef PZ_F16
#define BYTES 2
#define pz_lanes pz_lanes_f16
#else
#define BYTES 4
#define pz_lanes pz_lanes_f32
#endif

// Offset in x of the pixel at a column of the planar copy, relative to the first pixel of the line. With constants the
// divisions become shifts; otherwise the software driver would compute them for each column.
ivec2
place (uint column)
{
  if (FOLD_WIDTH != 0)
    {
      const uint at = column % LANES;

      return ivec2 (at % FOLD_WIDTH + column / LANES, at / FOLD_WIDTH);
    }
  if (STRIDE == 1)
    return ivec2 (column, 0);

  const uint phase = column >= args.phase_columns ? 1 : 0;

  return ivec2 ((column - phase * args.phase_columns) * STRIDE + phase, 0);
}

// Finds the index in x of the first channel of a column's pixel. FALSE in the padding; the index is then that of some valid
// pixel.
bool
find (uint column, out uint from)
{
  const ivec2 last = ivec2 (args.width, args.height) - 1;
  const ivec2 at
    = place (column) + ivec2 (-args.pad_left, args.first_line + int (gl_WorkGroupID.x));
  const ivec2 valid = clamp (at, ivec2 (0), last);
  const uint pixel = min (valid.y * args.width + valid.x, args.pixels - 1);

  from = gl_WorkGroupID.z * args.x_picture + pixel * args.channels;
  return at == valid;
}

// Index in the planar copy of a channel's first column.
uint
line_of (uint channel)
{
  return gl_WorkGroupID.z * args.planar_picture
         + (gl_WorkGroupID.x * args.channels + channel) * args.columns;
}

// Each lane handles one column, so that neighbouring lanes store to neighbouring addresses: for devices without SPLITS.
void
copy_columns (uint first_channel)
{
  uint column = gl_LocalInvocationID.x;

  do
    {
      uint from;
      const bool inside = find (column, from);

      [[unroll]] for (uint c = 0; c < PZ_PLANAR_CHANNELS; c += 4)
        {
          const uint channel = first_channel + c;
          const uint count = EDGE != 0 ? max (args.channels, channel) - channel : 4;
          const vec4 x = EDGE != 0 ? load4_edge (args.x, from + channel, count)
                                   : load4 (args.x, from + channel);

          [[unroll]] for (uint i = 0; i < 4; i++)
            if (i < count)
              store1_f32 (args.planar, line_of (channel + i) + column, inside ? x[i] : 0.0);
        }
      column += LANES;
    }
  while (column < args.columns);
}

float
channel_of (uint column, uint first_channel)
{
  const uint lane = gl_LocalInvocationID.x;
  uint from;
  const bool inside = find (column, from);
  float x;

  if (EDGE != 0)
    x = load1 (args.x, from + min (first_channel + lane, args.channels - 1));
  else
    x = pz_lanes (args.x + uint64_t (from + first_channel) * BYTES);
  return inside ? x : 0.0;
}

// Each lane handles one channel: all channels of a pixel are loaded at once, and two columns are written by one store.
void
copy_channels (uint first_channel)
{
  const uint channel = first_channel + gl_LocalInvocationID.x;
  const uint to = line_of (channel);
  uint column = 0;

  do
    {
      [[unroll]] for (uint i = 0; i < COLUMNS; i += 2)
        {
          const vec2 pair = vec2 (channel_of (column + i, first_channel),
                                  channel_of (column + i + 1, first_channel));

          if (EDGE == 0 || channel < args.channels)
            store2_f32 (args.planar, to + column + i, pair);
        }
      column += COLUMNS;
    }
  while (column < args.columns);
}

void
main ()
{
  const uint channel = gl_WorkGroupID.y * PZ_PLANAR_CHANNELS;

  if (SPLITS == 0)
    copy_columns (channel);
  else [[unroll]]
    for (uint c = 0; c < PZ_PLANAR_CHANNELS; c += LANES)
      copy_channels (channel + c);
}
