/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzEmbeddingArgs)
  pz_u64 table; /* [n_table, width] */
  pz_u64 extra; /* [n_extra, width] */
  pz_u64 ids;   /* I32 [tokens] */
  pz_u64 y;     /* [tokens, width] */
  pz_u32 tokens;
  pz_u32 width;
  pz_u32 n_table;
  pz_u32 n_extra;
  pz_u32 quads;
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
PZ_ARGS_END (PzEmbeddingArgs);
