// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// dK = dS^T Q and dV = P^T dO: a workgroup keeps keys and values, and streams over the queries and their dO.
#version 460
#extension GL_GOOGLE_include_directive : require

#define PZ_OWN_A args.k
#define PZ_OWN_B args.v
#define PZ_OWN_ROWS args.keys
#define PZ_STREAMED_A args.q
#define PZ_STREAMED_B args.d_out
#define PZ_STREAMED_ROWS args.queries
#define PZ_QUERIES STREAMED
#define PZ_ROW_FACTOR(ROW) 1.0

#include "shaders/lib/attention-gradient-tile.glsl"

shared uvec2 pz_weights_a[ROWS * WEIGHT_STRIDE];
shared uvec2 pz_weights_b[ROWS * WEIGHT_STRIDE];

SUMS pz_sums_a[COLUMN_FRAGMENTS];
SUMS pz_sums_b[COLUMN_FRAGMENTS];

void
load_statistics (uint first_query)
{
  for (uint i = gl_LocalInvocationID.x; i < STREAMED * 3; i += LANES)
    {
      const uint query = min (first_query + i / 3, args.queries - 1);

      pz_statistics[i] = load1_f32 (args.statistics, pz_statistics_at (query) + i % 3);
    }
}

// P (dP - rowsum (P dP)) and P.
void
weigh (uint first_query)
{
  for (uint i = gl_LocalInvocationID.x; i < ROWS * STREAMED / 4; i += LANES)
    {
      const uint row = i / (STREAMED / 4), quad = i % (STREAMED / 4);
      const uint key = pz_first_row () + row;
      vec4 weights_a = vec4 (0.0), weights_b = vec4 (0.0);

      [[unroll]] for (uint j = 0; j < 4; j++)
        {
          const uint column = quad * 4 + j;
          const uint at = row * DOT_STRIDE + column;

          if (pz_counts (first_query + column, key))
            {
              weights_b[j] = exp2 (pz_score (first_query + column, key, pz_dots_a[at])
                                   - pz_statistics[column * 3])
                             * pz_statistics[column * 3 + 1] * args.magnifier;
              weights_a[j] = weights_b[j] * (pz_dots_b[at] - pz_statistics[column * 3 + 2]);
            }
        }
      pz_weights_a[row * WEIGHT_STRIDE + quad] = unpack32 (pz_pack4 (weights_a));
      pz_weights_b[row * WEIGHT_STRIDE + quad] = unpack32 (pz_pack4 (weights_b));
    }
}

void
main ()
{
  [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
    pz_sums_a[f] = pz_sums_b[f] = SUMS (0.0);
  pz_load_own ();
  pz_fetch (0);
  for (uint first = 0; first < args.queries; first += STREAMED)
    {
      pz_stage (first);
      load_statistics (first);
      pz_compute_dots ();
      barrier ();
      weigh (first);
      barrier ();
      PZ_ADD_ROWS (pz_weights_a, pz_streamed_a, pz_sums_a)
      PZ_ADD_ROWS (pz_weights_b, pz_streamed_b, pz_sums_b)
    }
  barrier ();
  [[unroll]] for (uint f = 0; f < COLUMN_FRAGMENTS; f++)
    {
      if (args.d_k != 0)
        pz_store_sums (pz_sums_a[f], args.d_k, f, args.scale / args.magnifier);
      if (args.d_v != 0)
        pz_store_sums (pz_sums_b[f], args.d_v, f, 1.0 / args.magnifier);
    }
}
