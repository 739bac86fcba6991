/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "compute/ops/attention-gradient.h"
#include "compute/conformance/op-case.h"

enum
{
  Q,
  K,
  V,
  D_OUT,
  KEY_BIAS,
  COLUMN,
};

enum
{
  DQ = Q,
  DK = K,
  DV = V,
};

typedef struct
{
  guint heads;
  guint which; /* the gradient under test: DQ, DK or DV */
  gboolean causal;
  gboolean alone; /* only this gradient is requested */
} Params;

#define PARAMS(...) \
  &(const Params) \
  { \
    __VA_ARGS__ \
  }

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;
  const PzAttentionGradient in = { .q = src[Q],
                                   .k = src[K],
                                   .v = src[V],
                                   .d_out = src[D_OUT],
                                   .key_bias = src[KEY_BIAS],
                                   .column = src[COLUMN],
                                   .heads = params->heads,
                                   .causal = params->causal };
  const gboolean wanted[] = { !params->alone || params->which == DQ,
                              !params->alone || params->which == DK,
                              !params->alone || params->which == DV };
  PzTensor *d[3];

  pz_attention_gradient (graph, &in, wanted, d);
  return d[params->which];
}

/* Row n of head h of batch entry b in a [batch, tokens, width] array. */
static double *
head_row (const PzOpArray *x, guint heads, guint b, guint h, guint n)
{
  return x->v + ((gsize) b * x->dims[1] + n) * x->dims[2] + (gsize) h * (x->dims[2] / heads);
}

static double
dot (const double *a, const double *b, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* Attention probabilities of one query over its first `seen` keys. at: batch entry, head, query. */
static void
softmax_row (const Params *params,
             const PzOpArray src[],
             const guint at[3],
             guint seen,
             double *p)
{
  const guint head_dim = src[Q].dims[2] / params->heads;
  double maximum = -INFINITY;
  double total = 0;

  for (guint j = 0; j < seen; j++)
    {
      p[j] = dot (head_row (&src[Q], params->heads, at[0], at[1], at[2]),
                  head_row (&src[K], params->heads, at[0], at[1], j), head_dim)
             / sqrt (head_dim);
      if (src[KEY_BIAS].n_dims > 0)
        p[j] += src[KEY_BIAS].v[(gsize) at[0] * src[K].dims[1] + j];
      maximum = fmax (maximum, p[j]);
    }
  for (guint j = 0; j < seen; j++)
    total += p[j] = exp (p[j] - maximum);
  for (guint j = 0; j < seen; j++)
    p[j] /= total;
}

/* Adds the contribution of one query to the gradient under test. p, d_p: probabilities of its keys and their gradients. */
static void
add_query (const Params *params,
           const PzOpArray src[],
           const guint at[3],
           guint seen,
           const double *p,
           const double *d_p,
           PzOpArray *out)
{
  const guint heads = params->heads;
  const guint head_dim = src[Q].dims[2] / heads;
  const double mean = dot (p, d_p, seen);

  for (guint j = 0; j < seen; j++)
    {
      const double d_score = p[j] * (d_p[j] - mean) / sqrt (head_dim);

      for (guint i = 0; i < head_dim; i++)
        if (params->which == DQ)
          head_row (out, heads, at[0], at[1], at[2])[i] +=
            d_score * head_row (&src[K], heads, at[0], at[1], j)[i];
        else if (params->which == DK)
          head_row (out, heads, at[0], at[1], j)[i] +=
            d_score * head_row (&src[Q], heads, at[0], at[1], at[2])[i];
        else
          head_row (out, heads, at[0], at[1], j)[i] +=
            p[j] * head_row (&src[D_OUT], heads, at[0], at[1], at[2])[i];
    }
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Params *params = c->params;
  const guint heads = params->heads;
  const guint queries = src[Q].dims[1], keys = src[K].dims[1];
  g_autofree double *p = g_new (double, keys);
  g_autofree double *d_p = g_new (double, keys);

  for (guint b = 0; b < src[Q].dims[0]; b++)
    for (guint h = 0; h < heads; h++)
      for (guint n = 0; n < queries; n++)
        {
          const guint at[] = { b, h, n };
          const guint seen = params->causal ? n + 1 + keys - queries : keys;

          softmax_row (params, src, at, seen, p);
          for (guint j = 0; j < seen; j++)
            if (src[COLUMN].n_dims > 0)
              d_p[j] = (guint) src[COLUMN].v[b] == j
                         ? src[D_OUT].v[((gsize) b * heads + h) * queries + n]
                         : 0;
            else
              d_p[j] = dot (head_row (&src[D_OUT], heads, b, h, n),
                            head_row (&src[V], heads, b, h, j), src[Q].dims[2] / heads);
          add_query (params, src, at, seen, p, d_p, out);
        }
}

#define INPUTS(batch, n, m, width) \
  { .dims = { batch, n, width } }, { .dims = { batch, m, width } }, \
    { .dims = { batch, m, width } }, \
  { \
    .dims = { batch, n, width } \
  }

#define WITH_BIAS(batch, n, m, width) \
  INPUTS (batch, n, m, width), { .dims = { batch, m }, .dtype = PZ_OP_F32, .scale = 3 }

#define OF_COLUMN(batch, n, m, width, heads) \
  { .dims = { batch, n, width } }, { .dims = { batch, m, width } }, \
    [D_OUT] = { .dims = { batch, heads, n }, .dtype = PZ_OP_F32 }, \
    [COLUMN] = { .dims = { batch }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = m }

/* The cases of all three gradients for one shape. */
#define THREE(label, inputs, ...) \
  { .name = label "-dq", .src = { inputs }, .params = PARAMS (.which = DQ, __VA_ARGS__) }, \
    { .name = label "-dk", .src = { inputs }, .params = PARAMS (.which = DK, __VA_ARGS__) }, \
  { \
    .name = label "-dv", .src = { inputs }, .params = PARAMS (.which = DV, __VA_ARGS__) \
  }
#define ARRAY(...) __VA_ARGS__

/* Also run on cooperative matrices, whose kernels the software driver takes seconds to compile. The cases cover each kernel
 * with and without masks, with narrow and wide heads. */
static const PzOpCase matrix_cases[] = {
  THREE ("text-keys", ARRAY (INPUTS (2, 70, 77, 80)), .heads = 2),
  THREE ("causal-after-a-biased-prefix",
         ARRAY (WITH_BIAS (2, 21, 34, 64)),
         .heads = 4,
         .causal = TRUE),
  { .name = "head-of-104-dk",
    .src = { INPUTS (1, 20, 19, 104) },
    .params = PARAMS (.heads = 1, .which = DK, .alone = TRUE) },
};

static const PzOpCase cases[] = {
  THREE ("head-of-160", ARRAY (INPUTS (1, 20, 19, 320)), .heads = 2),
  THREE ("head-of-12", ARRAY (INPUTS (1, 33, 6, 36)), .heads = 3),
  /* Three head dimensions that are multiples of 4 and at most 80: rows in registers on a CPU, two rows per lane for wide
   * heads. */
  THREE ("head-of-20", ARRAY (INPUTS (1, 37, 25, 40)), .heads = 2),
  THREE ("head-of-16-of-four", ARRAY (INPUTS (2, 70, 35, 64)), .heads = 4),
  THREE ("head-of-4", ARRAY (INPUTS (3, 9, 257, 8)), .heads = 2),
  THREE ("head-of-5", ARRAY (INPUTS (3, 33, 7, 15)), .heads = 3),
  THREE ("head-of-13-of-eight", ARRAY (INPUTS (2, 19, 41, 104)), .heads = 8),
  THREE ("causal", ARRAY (INPUTS (2, 77, 77, 16)), .heads = 2, .causal = TRUE),
  THREE ("key-bias", ARRAY (WITH_BIAS (2, 33, 19, 16)), .heads = 2),
  /* More queries than fit in a block on a CPU: 85 with 12288 keys. */
  THREE ("several-blocks", ARRAY (INPUTS (2, 193, 12288, 18)), .heads = 1),
  { .name = "one-query-one-key-dv",
    .src = { INPUTS (1, 1, 1, 8) },
    .params = PARAMS (.heads = 1, .which = DV) },
  { .name = "one-key-dq",
    .src = { INPUTS (1, 9, 1, 8) },
    .params = PARAMS (.heads = 1, .which = DQ) },
  { .name = "one-query-dk",
    .src = { INPUTS (2, 1, 77, 16) },
    .params = PARAMS (.heads = 2, .which = DK) },
  { .name = "head-of-1-dk",
    .src = { INPUTS (1, 5, 9, 3) },
    .params = PARAMS (.heads = 3, .which = DK) },
  { .name = "head-of-512-dq",
    .src = { INPUTS (1, 18, 9, 512) },
    .params = PARAMS (.heads = 1, .which = DQ) },
  { .name = "queries-alone",
    .src = { INPUTS (2, 20, 23, 24) },
    .params = PARAMS (.heads = 2, .which = DQ, .alone = TRUE) },
  { .name = "keys-alone",
    .src = { INPUTS (2, 20, 23, 24) },
    .params = PARAMS (.heads = 2, .which = DK, .alone = TRUE) },
  { .name = "values-alone",
    .src = { INPUTS (2, 20, 23, 24) },
    .params = PARAMS (.heads = 2, .which = DV, .alone = TRUE) },
  /* One-hot probabilities: exp of the logits overflows, and queries and keys have no gradient. */
  { .name = "logits-of-1e5-dv",
    .src = { { .dims = { 1, 24, 16 }, .scale = 220 },
             { .dims = { 1, 50, 16 }, .scale = 220 },
             { .dims = { 1, 50, 16 } },
             { .dims = { 1, 24, 16 } } },
    .params = PARAMS (.heads = 2, .which = DV) },
  { .name = "column-dq",
    .src = { OF_COLUMN (3, 37, 77, 80, 2) },
    .params = PARAMS (.heads = 2, .which = DQ) },
  { .name = "column-dk",
    .src = { OF_COLUMN (3, 37, 77, 80, 2) },
    .params = PARAMS (.heads = 2, .which = DK) },
  { .name = "column-of-a-head-of-5-dk",
    .src = { OF_COLUMN (2, 19, 6, 15, 3) },
    .params = PARAMS (.heads = 3, .which = DK) },
  { .name = "refuses-a-gradient-of-other-queries",
    .src = { { .dims = { 1, 4, 8 } },
             { .dims = { 1, 5, 8 } },
             { .dims = { 1, 5, 8 } },
             { .dims = { 1, 5, 8 } } },
    .params = PARAMS (.heads = 1),
    .refused = "the gradient" },
};

/* f32: probabilities have a relative error of 5e-6 (attention.c), and a gradient is a difference of terms up to 10, with one
 * rounding per term of the sum. f16: plus the rounding of the result. */
static const PzOpTest tests[] = {
  {
    .op = "attention_gradient",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (matrix_cases),
    .coop = TRUE,
    .tolerance = { [PZ_F32] = { 1e-5, 1e-5 }, [PZ_F16] = { 2e-5, 6e-4 } },
    /* The matrices that queries, keys and gradients are multiplied by are also rounded to f16. */
    .by_matrices = { 6e-4, 6e-4 },
  },
  {
    .op = "attention_gradient",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = { [PZ_F32] = { 1e-5, 1e-5 }, [PZ_F16] = { 2e-5, 6e-4 } },
  },
};

PZ_OP_FAMILY (attention_gradient, "attention-gradient", tests);
