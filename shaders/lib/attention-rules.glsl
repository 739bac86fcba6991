// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mask, key bias and store, shared by all attention kernels. The args must have queries, keys, causal, q and key_bias as in
// args/attention.h.
#ifndef PZ_ATTENTION_RULES_GLSL
#define PZ_ATTENTION_RULES_GLSL

#include "shaders/lib/attention-head.glsl"

// The bias of a key, scaled for exp2. Avoids a branch, because the software driver executes the loads of both sides.
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

// Number of keys that queries with an index below `after` see.
uint
pz_keys_seen (uint after)
{
  return args.causal != 0 ? min (args.keys, after + args.keys - args.queries) : args.keys;
}

// Stores elements 4 * quad to 4 * quad + 3 of the row at index `start`.
void
pz_store_quad (uint64_t address, uint start, uint quad, vec4 result)
{
  const uint d = quad * 4;

  if (HEAD_DIM % 4 == 0)
    store4 (address, start + d, result);
  else [[unroll]]
    for (uint i = 0; i < 4; i++)
      if (d + i < HEAD_DIM)
        store1 (address, start + d + i, result[i]);
}

#endif
