// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Winograd convolution, output transform: A^T m A of every tile m of products, then the epilogue.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/winograd_output.h"
#include "shaders/lib/lanes.glsl"
#include "shaders/lib/winograd.glsl"

layout (constant_id = PZ_SPEC_WINOGRAD_ACT) const uint ACT = 0;
layout (constant_id = PZ_SPEC_WINOGRAD_ACT_OUT) const uint ACT_OUT = 0;

#include "shaders/lib/epilogue.glsl"

float m[MAX_TILE + 2];
float sums[MAX_TILE];
vec4 pixels[TILE * TILE]; // of four columns

void
transform ()
{
  if (TILE == 2)
    {
      sums[0] = m[0] + m[1] + m[2];
      sums[1] = m[1] - m[2] - m[3];
    }
  else
    {
      const float even_a = m[0] + m[1];
      const float even_b = m[2] + m[3];

      sums[0] = even_a + even_b;
      sums[1] = A * (m[0] - m[1]) + B * (m[2] - m[3]);
      sums[2] = A2 * even_a + B2 * even_b + m[4];
    }
}

// Computes component c of `pixels`, the pixels of one column.
void
transform_column (uint vector, uint c)
{
  const uint column = gl_WorkGroupID.x * 4 + c;
  float lines[TILE * SIDE];

  [[unroll]] for (uint x = 0; x < SIDE; x++)
    {
      [[unroll]] for (uint y = 0; y < SIDE; y++)
        {
          const uint place = ((y * SIDE + x) * args.n_vectors + vector) * args.columns + column;
          m[y] = pz_lanes_f32 (args.products + uint64_t (place) * (LANES * 4));
        }
      transform ();
      [[unroll]] for (uint y = 0; y < TILE; y++)
        lines[y * SIDE + x] = sums[y];
    }
  [[unroll]] for (uint y = 0; y < TILE; y++)
    {
      [[unroll]] for (uint x = 0; x < SIDE; x++)
        m[x] = lines[y * SIDE + x];
      transform ();
      [[unroll]] for (uint x = 0; x < TILE; x++)
        pixels[y * TILE + x][c] = sums[x];
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
    transform_column (vector, c);
  [[unroll]] for (uint i = 0; i < TILE * TILE; i++)
    {
      const uint x = (tile - line * args.tiles_per_line) * TILE + i % TILE;
      const uint y = (line - picture * args.lines) * TILE + i / TILE;
      const uint row = (picture * args.out_height + y) * args.out_width + x;

      if (x < args.out_width && y < args.out_height && picture < args.pictures)
        pz_epilogue4 (pixels[i], row, column, row * args.n + column);
    }
}
