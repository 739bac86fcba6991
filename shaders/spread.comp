// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Places slices of x along an axis, with zeros between and around them. An untyped copy, UNIT bytes per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/spread.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/unit.glsl"

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.n)
    return;

  const uint row = pz_divide (i, args.inner_multiplier, args.inner_shift);
  const uint outer = pz_divide (row, args.length_multiplier, args.length_shift);
  const uint place = row - outer * args.y_length;
  const uint at = place - min (args.start, place);
  const uint slice = pz_divide (at, args.step_multiplier, args.step_shift);
  const bool there
    = place >= args.start && slice * args.step == at && slice < args.x_length;
  const uint from = (outer * args.x_length + slice) * args.inner + (i - row * args.inner);

  if (there)
    Units (args.y).v[i] = Units (args.x).v[from];
  else
    // Always 0, because tensors have less than 2^31 elements. A constant of 16 bits would need a feature that devices may lack.
    Units (args.y).v[i] = Unit (args.n >> 31);
}
