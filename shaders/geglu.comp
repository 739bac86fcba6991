// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The first half of a row times the GELU (with erf) of the second half, four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/geglu.h"
#include "shaders/lib/activation.glsl"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint lane = pz_lane ();
  const uint row = pz_divide (lane, args.quads_multiplier, args.quads_shift);

  if (row >= args.rows)
    return;

  const uint column = (lane - row * args.quads) * 4;
  const uint value_at = row * 2 * args.width + column;
  const uint gate_at = value_at + args.width;
  const uint to = row * args.width + column;
  const uint count = args.width - column;

  if (PACKED != 0)
    store4 (args.y, to, load4 (args.x, value_at)
                          * pz_activate4 (load4 (args.x, gate_at), PZ_ACT_GELU));
  else
    store4_edge (args.y, to, count,
                 load4_edge (args.x, value_at, count)
                   * pz_activate4 (load4_edge (args.x, gate_at, count), PZ_ACT_GELU));
}
