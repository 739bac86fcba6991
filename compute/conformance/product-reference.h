/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The epilogue of matrix products in double precision, and the tolerances of all products.
 */
#pragma once

#include <math.h>

#include "compute/conformance/op-case.h"

/* One rounding to the result's dtype (2^-11 of the value in f16), and f32 sums of up to 600 products below 1, whose own error
 * is below 1e-5. */
/* With PZ_FORM_PACKED each sum of four products is rounded to f16, an error of about 2^-12 of a sum below 2; several hundred
 * such errors add up. */
#define PRODUCT_BY_PAIRS { 2e-2, 4.9e-4 }
#define PRODUCT_TOLERANCE { [PZ_F32] = { 1e-5, 2e-6 }, [PZ_F16] = { 1e-5, 4.9e-4 } }

/* The first member of a case's params. Sources 2, 3 and 4 are bias, batch_bias and residual. */
typedef struct
{
  PzActivation act;
  PzActivation act_out;
} ProductActs;

static inline PzEpilogue
product_epilogue (PzTensor *const src[], const ProductActs *acts)
{
  return (PzEpilogue) {
    .bias = src[2],
    .batch_bias = src[3],
    .residual = src[4],
    .act = acts != NULL ? acts->act : PZ_ACT_NONE,
    .act_out = acts != NULL ? acts->act_out : PZ_ACT_NONE,
  };
}

static inline double
product_activate (double x, PzActivation act)
{
  const double values[PZ_N_ACTS] = {
    [PZ_ACT_NONE] = x,
    [PZ_ACT_SILU] = x / (1 + exp (-x)),
    [PZ_ACT_GELU] = 0.5 * x * (1 + erf (x / sqrt (2))),
    [PZ_ACT_QUICK_GELU] = x / (1 + exp (-1.702 * x)),
    [PZ_ACT_RELU] = fmax (x, 0),
    [PZ_ACT_LEAKY_RELU] = x >= 0 ? x : 0.01 * x,
    [PZ_ACT_TANH3] = 3 * tanh (x / 3),
  };

  return values[act];
}

/* The result's element (row, column), computed from its sum. */
static inline double
product_finish (double sum,
                const ProductActs *acts,
                const PzOpArray src[],
                const PzOpArray *out,
                gsize row,
                guint column)
{
  const guint n = out->dims[out->n_dims - 1];
  const gsize rows_per_batch = out->n / n / out->dims[0];
  const ProductActs none = { PZ_ACT_NONE, PZ_ACT_NONE };

  if (acts == NULL)
    acts = &none;
  if (src[2].n_dims > 0)
    sum += src[2].v[column];
  if (src[3].n_dims > 0)
    sum += src[3].v[row / rows_per_batch * n + column];
  sum = product_activate (sum, acts->act);
  if (src[4].n_dims > 0)
    sum += src[4].v[row * n + column];
  return product_activate (sum, acts->act_out);
}
