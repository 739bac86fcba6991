// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What attention is, however its work is shared: which keys a query sees and with what bias; gate,
// residual and store of its result. Needs args/attention.h.
#ifndef PZ_ATTENTION_RULES_GLSL
#define PZ_ATTENTION_RULES_GLSL

#include "shaders/lib/attention-head.glsl"

// What is added to the scores of a key, in powers of two. Without a branch: where one stands among
// others the software driver loads from both sides of it.
float
pz_key_bias (uint key)
{
  const float log2_e = 1.44269504;
  const bool given = args.key_bias != 0;
  const float bias = load1_f32 (given ? args.key_bias : args.q,
                                given ? gl_WorkGroupID.z * args.keys + key : 0);

  return given ? log2_e * bias : 0.0;
}

bool
pz_sees (uint query, uint key)
{
  return key < args.keys && (args.causal == 0 || key + args.queries <= query + args.keys);
}

// One more than the last key that any of the queries before `after` sees.
uint
pz_keys_seen (uint after)
{
  return args.causal != 0 ? min (args.keys, after + args.keys - args.queries) : args.keys;
}

// What a row's attention is multiplied with: 1 / total, and the gate where there is one.
float
pz_row_factor (uint query, float total)
{
  const uint batch = gl_WorkGroupID.z;
  const uint head = batch * args.heads + gl_WorkGroupID.y;
  float factor = 1.0 / total;

  // Where every probability of the gate's column vanished in f32 there is no local branch, not 0 / 0.
  if (args.gate != 0)
    {
      const float largest = load1_f32 (args.gate_max, batch);

      factor *= largest > 0.0 ? load1_f32 (args.gate, head * args.queries + query) / largest
                                  * load1_f32 (args.strength, batch)
                              : 0.0;
    }
  return factor;
}

// Elements 4 * four ... of the row that starts at index `start`.
void
pz_store_four (uint start, uint four, vec4 result)
{
  const uint d = four * 4;

  if (args.residual != 0)
    result += pz_row4 (args.residual, start, four);
  if (HEAD_DIM % 4 == 0)
    store4 (args.y, start + d, result);
  else [[unroll]]
    for (uint i = 0; i < 4; i++)
      if (d + i < HEAD_DIM)
        store1 (args.y, start + d + i, result[i]);
}

#endif
