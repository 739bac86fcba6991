// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Converts lines of a picture from interleaved to planar f32 (args/to_planar.h).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/to_planar.h"
#include "shaders/args/spec.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_TO_PLANAR_EDGE) const uint EDGE = 0;

// Offset in x of the pixel at a column of the planar copy, from the first pixel of the line.
ivec2
place (uint column)
{
  uint phase;
  uint at;

  if (args.fold_width != 0)
    {
      phase = column / args.phase_columns;
      at = column - phase * args.phase_columns;
      return ivec2 (at % args.fold_width + phase, at / args.fold_width);
    }
  phase = column >= args.phase_columns && args.stride > 1 ? 1 : 0;
  at = column - phase * args.phase_columns;
  return ivec2 (at * args.stride + phase, 0);
}

void
main ()
{
  const uint line = gl_WorkGroupID.x;
  const uint channel = gl_WorkGroupID.y * PZ_PLANAR_CHANNELS;
  const ivec2 last = ivec2 (args.width, args.height) - 1;
  const uint x_picture = gl_WorkGroupID.z * args.x_picture;
  const uint planar_picture = gl_WorkGroupID.z * args.planar_picture;
  uint first = 0;

  do
    {
      const uint column = first + gl_LocalInvocationID.x;
      const ivec2 at = place (column) + ivec2 (-args.pad_left, args.first_line + int (line));
      const ivec2 valid = clamp (at, ivec2 (0), last);
      const uint pixel = min (valid.y * args.width + valid.x, args.pixels - 1);

      [[unroll]] for (uint c = 0; c < PZ_PLANAR_CHANNELS; c += 4)
        {
          const uint from = x_picture + pixel * args.channels + channel + c;
          const uint to
            = planar_picture + (line * args.channels + channel + c) * args.columns + column;
          const uint count = EDGE != 0 ? max (args.channels, channel + c) - channel - c : 4;
          const vec4 x
            = EDGE != 0 ? load4_edge (args.x, from, count) : load4 (args.x, from);

          [[unroll]] for (uint i = 0; i < 4; i++)
            if (i < count)
              store1_f32 (args.planar, to + i * args.columns, at == valid ? x[i] : 0.0);
        }
      first += gl_WorkGroupSize.x;
    }
  while (first < args.columns);
}
