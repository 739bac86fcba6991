// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// y[t] is row ids[t] of table, or row ids[t] - n_table of extra; an id out of range reads row 0. Four elements per lane.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/embedding.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;
layout (constant_id = PZ_SPEC_PACKED) const uint PACKED = 0;

void
main ()
{
  const uint lane = pz_lane ();
  const uint token = pz_divide (lane, args.quads_multiplier, args.quads_shift);

  if (token >= args.tokens)
    return;

  const uint column = (lane - token * args.quads) * 4;
  const uint count = args.width - column;
  const uint id = uint (PzInts (args.ids).v[token]); // negative ids become out of range
  const bool in_extra = id >= args.n_table && id - args.n_table < args.n_extra;
  const uint row = in_extra ? id - args.n_table : (id < args.n_table ? id : 0);
  const uint64_t source = in_extra ? args.extra : args.table;
  const uint from = row * args.width + column;
  const uint to = token * args.width + column;

  if (PACKED != 0)
    store4 (args.y, to, load4 (source, from));
  else
    store4_edge (args.y, to, count, load4_edge (source, from, count));
}
