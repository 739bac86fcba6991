// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Last of Winograd's F(2x2, 3x3): A^T m A of every tile m of 4x4 products, and the epilogue.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/winograd_finish.h"
#include "shaders/lib/lanes.glsl"

layout (constant_id = PZ_SPEC_WINOGRAD_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_WINOGRAD_ACT_OUT) const uint ACT_OUT = 0;

#include "shaders/lib/epilogue.glsl"

vec4 pixels[4]; // of four columns

// One column's 2x2 pixels as element c of pixels.
void
transform (uint vector, uint c)
{
  const uint column = gl_WorkGroupID.x * 4 + c;
  float halves[8]; // 2 x 4

  [[unroll]] for (uint x = 0; x < 4; x++)
    {
      float m[4];

      [[unroll]] for (uint y = 0; y < 4; y++)
        {
          const uint place = ((y * 4 + x) * args.n_vectors + vector) * args.columns + column;
          m[y] = pz_lanes_f32 (args.products + uint64_t (place) * (LANES * 4));
        }
      halves[x] = m[0] + m[1] + m[2];
      halves[4 + x] = m[1] - m[2] - m[3];
    }
  [[unroll]] for (uint y = 0; y < 2; y++)
    {
      pixels[y * 2][c] = halves[y * 4] + halves[y * 4 + 1] + halves[y * 4 + 2];
      pixels[y * 2 + 1][c] = halves[y * 4 + 1] - halves[y * 4 + 2] - halves[y * 4 + 3];
    }
}

void
main ()
{
  const uint vector = gl_WorkGroupID.y;
  const uint tile = (args.first_vector + vector) * LANES + gl_LocalInvocationID.x;
  const uint line = tile / args.tiles_per_line;
  const uint picture = line / args.lines;
  const uint column = args.first_column + gl_WorkGroupID.x * 4;

  [[unroll]] for (uint c = 0; c < 4; c++)
    transform (vector, c);
  [[unroll]] for (uint i = 0; i < 4; i++)
    {
      const uint x = (tile - line * args.tiles_per_line) * 2 + i % 2;
      const uint y = (line - picture * args.lines) * 2 + i / 2;
      const uint row = (picture * args.out_height + y) * args.out_width + x;

      if (x < args.out_width && y < args.out_height && picture < args.pictures)
        pz_epilogue4 (pixels[i], row, column, row * args.n + column);
    }
}
