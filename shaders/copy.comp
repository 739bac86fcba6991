// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Concatenates rows of a and b; if b is empty, a slice or a plain copy. An untyped copy, UNIT bytes per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/copy.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/unit.glsl"

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint length = args.a_length + args.b_length;
  const uint row = pz_divide (i, args.row_multiplier, args.row_shift);
  const uint column = i - row * length;

  if (column < args.a_length)
    Units (args.y).v[i] = Units (args.a).v[row * args.a_stride + args.a_start + column];
  else
    Units (args.y).v[i] = Units (args.b).v[row * args.b_length + column - args.a_length];
}
