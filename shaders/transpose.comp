// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Exchanges rows and columns of [outer, rows, between, columns]. PZ_X_F16, PZ_Y_F16: x, y in f16.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/transpose.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

// 1: a lane transposes a tile of 4 x PZ_TRANSPOSE_COLUMNS; 0: one element.
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

#ifdef PZ_X_F16
#define load1_x load1_f16
#define load4_x load4_f16
#else
#define load1_x load1_f32
#define load4_x load4_f32
#endif

#ifdef PZ_Y_F16
#define store1_y store1_f16
#define store4_y store4_f16
#else
#define store1_y store1_f32
#define store4_y store4_f32
#endif

// Four rows of x, x_step elements apart, become four columns of y.
#if defined PZ_X_F16 && defined PZ_Y_F16
// The low (0) or the high (1) 16 bits of two words, combined to one word: f16 values keep their bits.
uint
pair_halves (uint a, uint b, uint which)
{
  return which == 0 ? (a & 0xffffu) | b << 16 : a >> 16 | (b & 0xffff0000u);
}

void
transpose_tile (uint from, uint x_step, uint to, uint y_step)
{
  uvec2 rows[4];

  [[unroll]] for (uint r = 0; r < 4; r++)
    rows[r] = unpack32 (PzHalves4 (args.x).v[(from + r * x_step) >> 2]);
  [[unroll]] for (uint c = 0; c < 4; c++)
    {
      const uint upper = pair_halves (rows[0][c / 2], rows[1][c / 2], c % 2);
      const uint lower = pair_halves (rows[2][c / 2], rows[3][c / 2], c % 2);

      PzHalves4 (args.y).v[(to + c * y_step) >> 2] = pz_pair (uvec2 (upper, lower));
    }
}
#else
void
transpose_tile (uint from, uint x_step, uint to, uint y_step)
{
  const mat4 tile
    = transpose (mat4 (load4_x (args.x, from), load4_x (args.x, from + x_step),
                       load4_x (args.x, from + 2 * x_step),
                       load4_x (args.x, from + 3 * x_step)));

  [[unroll]] for (uint c = 0; c < 4; c++)
    store4_y (args.y, to + c * y_step, tile[c]);
}
#endif

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint line_of_tiles = pz_divide (i, args.row_multiplier, args.row_shift);
  const uint plane = pz_divide (line_of_tiles, args.column_multiplier, args.column_shift);
  const uint outer = pz_divide (plane, args.between_multiplier, args.between_shift);
  const uint middle = plane - outer * args.between;
  const uint to_middle = args.mirrored != 0 ? args.between - 1 - middle : middle;
  const uint first_row = (i - line_of_tiles * args.row_tiles) * (PACKED != 0 ? 4 : 1);
  const uint first_column
    = (line_of_tiles - plane * args.column_tiles) * (PACKED != 0 ? PZ_TRANSPOSE_COLUMNS : 1);
  const uint x_step = args.between * args.columns; // from row to row
  const uint y_step = args.between * args.rows; // from column to column
  uint from
    = ((outer * args.rows + first_row) * args.between + middle) * args.columns + first_column;
  uint to = ((outer * args.columns + first_column) * args.between + to_middle) * args.rows
            + first_row;

  if (PACKED == 0)
    {
      store1_y (args.y, to, load1_x (args.x, from));
      return;
    }
  const uint end = min (first_column + PZ_TRANSPOSE_COLUMNS, args.columns);

  for (uint column = first_column; column < end; column += 4, from += 4, to += 4 * y_step)
    transpose_tile (from, x_step, to, y_step);
}
