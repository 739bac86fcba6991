// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The attention probability of one key for each query: computes the running maximum and total over all keys, then that key's
// score again, as the first key of a block.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/attention_column.h"
#include "shaders/lib/attention-rows.glsl"

void
main ()
{
  const int column = PzInts (args.column).v[gl_WorkGroupID.z];
  const uint wanted = uint (clamp (column, 0, int (args.keys) - 1));
  const uint head = gl_WorkGroupID.z * args.heads + gl_WorkGroupID.y;
  uint key = 0;

  pz_load_queries (args.queries, args.width, args.scale_log2e);
  do
    {
      pz_score_keys (key);
      [[unroll]] for (uint r = 0; r < ROWS; r++)
        pz_softmax_update (r);
      key += KEYS;
    }
  while (key < args.keys);

  pz_score_keys (wanted);
  [[unroll]] for (uint r = 0; r < ROWS; r++)
    if (pz_query (r) < args.queries)
      store1_f32 (args.y, head * args.queries + pz_query (r),
                  exp2 (pz_scores[r * KEYS] - pz_maxima[r]) / pz_totals[r]);
}
