// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Winograd convolution, input transform: B^T d B of every tile d of pixels (args/winograd_input.h).
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spec.h"
#include "shaders/args/winograd_input.h"
#include "shaders/lib/lanes.glsl"
#include "shaders/lib/winograd.glsl"

vec2 d[SIDE * SIDE]; // of two neighbouring tiles

// B^T times a row or column of d: the elements from `at` on, `step` apart.
void
transform (uint at, uint step)
{
  const vec2 d0 = d[at];
  const vec2 d1 = d[at + step];
  const vec2 d2 = d[at + 2 * step];
  const vec2 d3 = d[at + 3 * step];

  if (TILE == 2)
    {
      d[at] = d0 - d2;
      d[at + step] = d1 + d2;
      d[at + 2 * step] = d2 - d1;
      d[at + 3 * step] = d1 - d3;
    }
  else
    {
      const vec2 even_a = d3 - B2 * d1;
      const vec2 odd_a = A * (d2 - B2 * d0);
      const vec2 even_b = d3 - A2 * d1;
      const vec2 odd_b = B * (d2 - A2 * d0);

      d[at] = odd_a + even_a;
      d[at + step] = odd_a - even_a;
      d[at + 2 * step] = odd_b + even_b;
      d[at + 3 * step] = odd_b - even_b;
      d[at + 4 * step] += A2 * B2 * d0 - (A2 + B2) * d2;
    }
}

// Element `channel` + lane of a pixel; zero outside the picture.
float
pixel (uint picture, ivec2 at, uint channel)
{
  const ivec2 valid = clamp (at, ivec2 (0), ivec2 (args.width, args.height) - 1);
  const uint place = (picture * args.height + valid.y) * args.width + valid.x;
  const float x = pz_lanes_f16 (args.x + uint64_t (place * args.channels + channel) * 2);

  return at == valid ? x : 0.0;
}

void
load_tile (uint which, uint tile, uint channel)
{
  const uint line = tile / args.tiles_per_line;
  const uint picture = min (line / args.lines, args.pictures - 1); // beyond the last tile: any picture
  const ivec2 corner = ivec2 (int ((tile - line * args.tiles_per_line) * TILE) - args.pad_left,
                              int ((line - picture * args.lines) * TILE) - args.pad_top);

  [[unroll]] for (uint i = 0; i < SIDE * SIDE; i++)
    d[i][which] = pixel (picture, corner + ivec2 (i % SIDE, i / SIDE), channel);
}

// Each lane handles one channel: all channels of a pixel are loaded at once, and two tiles are written by one store.
void
main ()
{
  const uint channel = gl_WorkGroupID.y * LANES;
  const uint tile = gl_WorkGroupID.z * 2;
  const uint first_tile = (args.first_vector + gl_WorkGroupID.x) * LANES + tile;

  load_tile (0, first_tile, channel);
  load_tile (1, first_tile + 1, channel);
  [[unroll]] for (uint i = 0; i < SIDE; i++)
    transform (i, SIDE);
  [[unroll]] for (uint i = 0; i < SIDE; i++)
    transform (i * SIDE, 1);
  [[unroll]] for (uint i = 0; i < SIDE * SIDE; i++)
    {
      const uint row = (i * args.vectors + gl_WorkGroupID.x) * args.channels + channel
                       + gl_LocalInvocationID.x;

      store2_f32 (args.y, row * LANES + tile, d[i]);
    }
}
