// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// First of Winograd's F(2x2, 3x3): B^T d B of every tile d of 4x4 pixels (args/winograd_turn.h).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spec.h"
#include "shaders/args/winograd_turn.h"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

vec4 d[16];

// Of the four elements from `at` on, `step` apart.
void
transform (uint at, uint step)
{
  const vec4 a = d[at];
  const vec4 b = d[at + step];
  const vec4 c = d[at + 2 * step];

  d[at] = a - c;
  d[at + step] = b + c;
  d[at + 2 * step] = c - b;
  d[at + 3 * step] = b - d[at + 3 * step];
}

vec4
pixel (uint picture, ivec2 at, uint channel)
{
  const ivec2 valid = clamp (at, ivec2 (0), ivec2 (args.width, args.height) - 1);
  const uint place = (picture * args.height + valid.y) * args.width + valid.x;
  const vec4 x = load4 (args.x, place * args.channels + channel);

  return at == valid ? x : vec4 (0.0);
}

void
main ()
{
  const uint channel = gl_WorkGroupID.y * 4;
  const uint tile
    = (args.first_vector + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
  const uint line = tile / args.tiles_per_line;
  const uint picture = min (line / args.lines, args.pictures - 1); // behind the last tile: anything
  const ivec2 corner = ivec2 (int ((tile - line * args.tiles_per_line) * 2) - args.pad_left,
                              int ((line - picture * args.lines) * 2) - args.pad_top);

  [[unroll]] for (uint i = 0; i < 16; i++)
    d[i] = pixel (picture, corner + ivec2 (i % 4, i / 4), channel);
  [[unroll]] for (uint i = 0; i < 4; i++)
    transform (i, 4);
  [[unroll]] for (uint i = 0; i < 4; i++)
    transform (i * 4, 1);
  [[unroll]] for (uint i = 0; i < 16; i++) [[unroll]]
    for (uint c = 0; c < 4; c++)
      {
        const uint row = (i * args.vectors + gl_WorkGroupID.x) * args.channels + channel + c;
        store1_f32 (args.sheets, row * gl_WorkGroupSize.x + gl_LocalInvocationID.x, d[i][c]);
      }
}
