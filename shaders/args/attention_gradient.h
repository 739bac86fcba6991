/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention gradient with a lane's rows of a head in registers: queries, or keys and their values (own_*). The lane streams
 * over all rows of the other kind in order (streamed_*). gl_WorkGroupID: x = one or more subgroups of rows, z = a head of a
 * batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzAttentionGradientArgs)
  pz_u64 own_a; /* [entries, own_rows, width]: queries, or keys */
  pz_u64 own_b; /* [entries, own_rows, width]: gradients of the result, or values */
  pz_u64 streamed_a;  /* f32 [entries, streamed_rows, width]: keys, or queries */
  pz_u64 streamed_b;  /* f32 [entries, streamed_rows, width]: values, or gradients of the result */
  pz_u64 statistics; /* f32 [entries, heads, queries, 3]: maximum of the scores (base 2), 1 / sum of their powers, and
                        rowsum (P dP) */
  pz_u64 y_a;    /* as own_a, 0 = not wanted */
  pz_u64 y_b;    /* as own_b, 0 = not wanted; always 0 for queries */
  pz_u32 own_rows;
  pz_u32 streamed_rows;
  pz_u32 width;
  pz_u32 heads;
  pz_f32 scale;
  pz_f32 scale_log2e;
PZ_ARGS_END (PzAttentionGradientArgs);
