/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzEmbeddingGradientArgs)
  pz_u64 ids;   /* I32 [tokens] */
  pz_u64 d_out; /* [tokens, width] */
  pz_u64 y;     /* F32 [n_extra, width]: sums over the tokens with id n_table + row */
  pz_u32 tokens;
  pz_u32 width;
  pz_u32 n_table;
  pz_u32 n_extra;
  pz_u32 quads;
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
PZ_ARGS_END (PzEmbeddingGradientArgs);
