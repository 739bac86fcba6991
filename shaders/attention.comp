// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention in one pass over the keys (online softmax): a running maximum, a running total and a running weighted sum of the
// values, which are rescaled whenever the maximum grows. Scores are never stored.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/attention.h"
#include "shaders/lib/attention-rules.glsl"
#include "shaders/lib/attention-rows.glsl"

vec4 values[ROWS * PZ_QUADS];
float rescales[ROWS]; // factors for the running sums of the values

// Adds the key biases and masks the keys that a query does not see.
void
mask_block (uint first_key)
{
  [[unroll]] for (uint j = 0; j < KEYS; j++)
    {
      const uint key = first_key + j;
      const float bias = pz_key_bias (min (key, args.keys - 1));

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        {
          pz_scores[r * KEYS + j] += bias;
          if (!pz_sees (pz_query (r), key))
            pz_scores[r * KEYS + j] = PZ_MASKED;
        }
    }
}

// Separate sums for even and odd keys, to break the chain of dependent additions.
void
add_values (uint first_key)
{
  [[unroll]] for (uint quad = 0; quad < PZ_QUADS; quad++)
    {
      vec4 sums[2 * ROWS];

      [[unroll]] for (uint r = 0; r < ROWS; r++)
        {
          sums[r] = values[r * PZ_QUADS + quad] * rescales[r];
          sums[ROWS + r] = vec4 (0.0);
        }
      [[unroll]] for (uint j = 0; j < KEYS; j++)
        {
          const vec4 value = pz_key4 (pz_key_address (args.v, first_key + j), quad);

          [[unroll]] for (uint r = 0; r < ROWS; r++)
            sums[j % 2 * ROWS + r]
              = fma (vec4 (pz_scores[r * KEYS + j]), value, sums[j % 2 * ROWS + r]);
        }
      [[unroll]] for (uint r = 0; r < ROWS; r++)
        values[r * PZ_QUADS + quad] = sums[r] + sums[ROWS + r];
    }
}

void
main ()
{
  const uint end = pz_keys_seen ((gl_WorkGroupID.x + 1) * ROWS * gl_WorkGroupSize.x);
  uint key = 0;

  pz_load_queries (args.queries, args.width, args.scale_log2e);
  [[unroll]] for (uint i = 0; i < ROWS * PZ_QUADS; i++)
    values[i] = vec4 (0.0);

  do
    {
      pz_score_keys (key);
      if (MASKS != 0)
        mask_block (key);
      [[unroll]] for (uint r = 0; r < ROWS; r++)
        rescales[r] = pz_softmax_update (r);
      add_values (key);
      key += KEYS;
    }
  while (key < end);

  [[unroll]] for (uint r = 0; r < ROWS; r++)
    {
      const uint query = pz_query (r);
      const uint start = pz_row_start (query, args.queries, args.width);

      if (query < args.queries)
        {
          const float factor = 1.0 / pz_totals[r];

          [[unroll]] for (uint quad = 0; quad < PZ_QUADS; quad++)
            pz_store_quad (args.y, start, quad, values[r * PZ_QUADS + quad] * factor);
        }
    }
}
