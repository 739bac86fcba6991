/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scores of a band of queries become probabilities P, and what each probability's value has for a
 * gradient, dP, becomes the gradient of the scaled score: dS = scale P (dP - sum over keys of P dP). Both in
 * place; queries side by side. Group x is a vector of queries, group z a head of a batch entry.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzSoftmaxGradientArgs)
  pz_u64 scores;   /* f32 [groups z, rows, columns]: q k^T, then P */
  pz_u64 gradients;/* f32 [groups z, rows, columns]: dP, then dS */
  pz_u64 key_bias; /* f32 [entries, keys], 0 = none */
  pz_u64 column;   /* i32 [entries]: dP is column_gradient at that key, else 0; 0 = dP is in gradients */
  pz_u64 column_gradient; /* f32 [entries, heads, queries] */
  pz_u32 rows;    /* keys, up to a multiple of PZ_SOFTMAX_GRADIENT_KEYS; those behind the last key become zeros */
  pz_u32 columns; /* those behind the last query become zeros */
  pz_u32 queries; /* of an entry */
  pz_u32 keys;
  pz_u32 first_query; /* of the band */
  pz_u32 first;       /* of the groups z: entry * heads + head */
  pz_u32 heads;
  pz_u32 causal;
  pz_f32 scale;
PZ_ARGS_END (PzSoftmaxGradientArgs);
