/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "compute/conformance/op-case.h"

typedef struct
{
  guint heads;
  gboolean causal;
} Heads;

/* Row n of head h of batch entry b in a [batch, tokens, width] array. */
static const double *
head_row (const PzOpArray *x, guint heads, guint b, guint h, guint n)
{
  return x->v + ((gsize) b * x->dims[1] + n) * x->dims[2] + (gsize) h * (x->dims[2] / heads);
}

/* Attention probabilities of one query over the first n_keys keys. at: batch entry, head, query. bias [batch, keys] or
 * absent. */
static void
softmax_row (const PzOpArray *q,
             const PzOpArray *k,
             const PzOpArray *bias,
             guint heads,
             const guint at[3],
             guint n_keys,
             double *p)
{
  const guint head_dim = q->dims[2] / heads;
  const double *query = head_row (q, heads, at[0], at[1], at[2]);
  double maximum = -INFINITY;
  double total = 0;

  for (guint j = 0; j < n_keys; j++)
    {
      const double *key = head_row (k, heads, at[0], at[1], j);

      p[j] = 0;
      for (guint d = 0; d < head_dim; d++)
        p[j] += query[d] * key[d];
      p[j] /= sqrt (head_dim);
      if (bias != NULL && bias->n_dims > 0)
        p[j] += bias->v[(gsize) at[0] * k->dims[1] + j];
      maximum = fmax (maximum, p[j]);
    }
  for (guint j = 0; j < n_keys; j++)
    total += p[j] = exp (p[j] - maximum);
  for (guint j = 0; j < n_keys; j++)
    p[j] /= total;
}

static PzTensor *
build_attention (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Heads *heads = c->params;

  return pz_attention (graph, src[0], src[1], src[2],
                       &(PzAttention) {
                         .heads = heads->heads,
                         .causal = heads->causal,
                         .key_bias = src[3],
                       });
}

static void
attention_reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Heads *params = c->params;
  const guint n_keys = src[1].dims[1];
  const guint width = out->dims[2];
  const guint head_dim = width / params->heads;
  g_autofree double *p = g_new (double, n_keys);

  for (guint b = 0; b < out->dims[0]; b++)
    for (guint h = 0; h < params->heads; h++)
      for (guint n = 0; n < out->dims[1]; n++)
        {
          const guint seen = params->causal ? n + 1 + n_keys - out->dims[1] : n_keys;
          const gsize row = ((gsize) b * out->dims[1] + n) * width + (gsize) h * head_dim;

          softmax_row (&src[0], &src[1], &src[3], params->heads, (const guint[]) { b, h, n },
                       seen, p);
          for (guint d = 0; d < head_dim; d++)
            out->v[row + d] = 0;
          /* Iterates along the rows of v, which uses the cache better. */
          for (guint j = 0; j < seen; j++)
            {
              const double *value = head_row (&src[2], params->heads, b, h, j);

              for (guint d = 0; d < head_dim; d++)
                out->v[row + d] += p[j] * value[d];
            }
        }
}

#define QKV(batch, queries, keys, width) \
  { .dims = { batch, queries, width } }, { .dims = { batch, keys, width } }, \
  { \
    .dims = { batch, keys, width } \
  }

static const double prefix_bias[2 * 11] = { -1e30, -1e30, [11] = 1, 1 };

/* Also run on cooperative matrices, whose kernels the software driver takes seconds to compile: one case per variant. */
static const PzOpCase matrix_cases[] = {
  { .name = "one-query-many-keys", .src = { QKV (2, 1, 77, 16) }, .params = &(Heads) { 2 } },
  { .name = "head-of-5", .src = { QKV (1, 33, 7, 15) }, .params = &(Heads) { 3 } },
  { .name = "causal", .src = { QKV (2, 77, 77, 16) }, .params = &(Heads) { 2, TRUE } },
  { .name = "sharp-logits",
    .src = { { .dims = { 1, 24, 16 }, .scale = 6 },
             { .dims = { 1, 50, 16 }, .scale = 6 },
             { .dims = { 1, 50, 16 } } },
    .params = &(Heads) { 2 } },
  { .name = "causal-after-a-biased-prefix",
    .src = { QKV (2, 9, 11, 24), [3] = { .dims = { 2, 11 },
                                         .dtype = PZ_OP_F32,
                                         .fill = PZ_FILL_VALUES,
                                         .values = prefix_bias } },
    .params = &(Heads) { 1, TRUE } },
  { .name = "wide-heads-of-164", .src = { QKV (2, 10, 131, 328) }, .params = &(Heads) { 2 } },
  { .name = "head-of-100",
    .src = { QKV (1, 20, 19, 100) },
    .params = &(Heads) { 1 },
    .too_large = TRUE }, /* attention-gradient.c covers a head of 104 */
};

static const PzOpCase attention_cases[] = {
  { .name = "one-query-one-key", .src = { QKV (1, 1, 1, 8) }, .params = &(Heads) { 1 } },
  { .name = "many-queries-one-key", .src = { QKV (1, 65, 1, 16) }, .params = &(Heads) { 2 } },
  { .name = "text-keys", .src = { QKV (2, 70, 77, 80) }, .params = &(Heads) { 2 } },
  { .name = "class-token-keys", .src = { QKV (1, 9, 257, 64) }, .params = &(Heads) { 1 } },
  { .name = "widest-head", .src = { QKV (1, 20, 19, 160) }, .params = &(Heads) { 1 } },
  { .name = "head-of-12", .src = { QKV (1, 33, 6, 36) }, .params = &(Heads) { 3 } },
  { .name = "head-of-1", .src = { QKV (1, 5, 9, 3) }, .params = &(Heads) { 3 } },
  { .name = "causal-one-token", .src = { QKV (1, 1, 1, 8) }, .params = &(Heads) { 1, TRUE } },
  /* Head dimensions above 160 are split over the lanes of a workgroup. */
  { .name = "wide-head-of-512", .src = { QKV (2, 67, 67, 512) }, .params = &(Heads) { 1 } },
  /* Planar attention on a CPU: the number of keys and head_dim are multiples of 16. The last case has several blocks of
   * queries. */
  { .name = "wide-keys-in-sixteens",
    .src = { QKV (3, 67, 48, 512) },
    .params = &(Heads) { 1 } },
  { .name = "wide-many-keys",
    .src = { QKV (1, 193, 12288, 176) },
    .params = &(Heads) { 1 },
    .too_large = TRUE }, /* several-blocks of attention-gradient.c covers as many keys */
  { .name = "wide-head-of-163", .src = { QKV (1, 9, 18, 163) }, .params = &(Heads) { 1 } },
  { .name = "wide-one-query", .src = { QKV (3, 1, 130, 200) }, .params = &(Heads) { 1 } },
  { .name = "wide-one-key", .src = { QKV (1, 6, 1, 256) }, .params = &(Heads) { 1 } },
  { .name = "wide-causal", .src = { QKV (1, 39, 39, 192) }, .params = &(Heads) { 1, TRUE } },
  { .name = "wide-causal-after-a-prefix",
    .src = { QKV (1, 21, 34, 161) },
    .params = &(Heads) { 1, TRUE } },
  { .name = "wide-key-bias",
    .src = { QKV (2, 13, 19, 256), [3] = { .dims = { 2, 19 },
                                           .dtype = PZ_OP_F32,
                                           .scale = 3 } },
    .params = &(Heads) { 1 } },
  { .name = "refuses-heads-that-do-not-divide",
    .src = { QKV (1, 4, 4, 10) },
    .params = &(Heads) { 3 },
    .refused = "heads" },
  { .name = "refuses-a-head-too-wide",
    .src = { QKV (1, 4, 4, 516) },
    .params = &(Heads) { 1 },
    .refused = "at most 512" },
  /* CatVersion's prefix: leading keys that every query sees, with their own bias, masked in the unconditional half of the
   * batch. */
  { .name = "causal-after-a-prefix",
    .src = { QKV (2, 77, 78, 16) },
    .params = &(Heads) { 2, TRUE } },
  { .name = "key-bias",
    .src = { QKV (2, 33, 19, 16), [3] = { .dims = { 2, 19 }, .dtype = PZ_OP_F32, .scale = 3 } },
    .params = &(Heads) { 2 } },
  { .name = "refuses-a-bias-per-query",
    .src = { QKV (1, 4, 5, 8), [3] = { .dims = { 1, 4 }, .dtype = PZ_OP_F32 } },
    .params = &(Heads) { 1 },
    .refused = "key_bias" },
  { .name = "refuses-causal-with-fewer-keys",
    .src = { QKV (1, 5, 4, 8) },
    .params = &(Heads) { 1, TRUE },
    .refused = "as many keys" },
};

/* Logits up to 8 * 220^2 / sqrt (8) = 1.4e5, far beyond the range of f16 and of exp. The probabilities are 0 and 1, so the
 * gradients of queries and keys are only rounding errors. */
static const PzOpCase one_hot_cases[] = {
  { .name = "logits-of-1e5",
    .src = { { .dims = { 1, 24, 16 }, .scale = 220 },
             { .dims = { 1, 50, 16 }, .scale = 220 },
             { .dims = { 1, 50, 16 } } },
    .params = &(Heads) { 2 } },
  { .name = "wide-keys-in-sixteens-of-1e5",
    .src = { { .dims = { 2, 24, 512 }, .scale = 220 },
             { .dims = { 2, 64, 512 }, .scale = 220 },
             { .dims = { 2, 64, 512 } } },
    .params = &(Heads) { 1 } },
  { .name = "wide-logits-of-1e5",
    .src = { { .dims = { 1, 24, 512 }, .scale = 220 },
             { .dims = { 1, 50, 512 }, .scale = 220 },
             { .dims = { 1, 50, 512 } } },
    .params = &(Heads) { 1 } },
};

static PzTensor *
build_column (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Heads *heads = c->params;

  return pz_attention_column (graph, src[0], src[1], src[2], heads->heads);
}

static void
column_reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Heads *params = c->params;
  const guint n_keys = src[1].dims[1];
  g_autofree double *p = g_new (double, n_keys);

  for (guint b = 0; b < out->dims[0]; b++)
    for (guint h = 0; h < params->heads; h++)
      for (guint n = 0; n < out->dims[2]; n++)
        {
          softmax_row (&src[0], &src[1], NULL, params->heads, (const guint[]) { b, h, n },
                       n_keys, p);
          out->v[((gsize) b * params->heads + h) * out->dims[2] + n] = p[(gsize) src[2].v[b]];
        }
}

#define QK_COLUMN(batch, queries, keys, width) \
  { .dims = { batch, queries, width } }, { .dims = { batch, keys, width } }, \
  { \
    .dims = { batch }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = keys \
  }

static const PzOpCase column_cases[] = {
  { .name = "one-of-77", .src = { QK_COLUMN (3, 70, 77, 80) }, .params = &(Heads) { 2 } },
  { .name = "the-only-key", .src = { QK_COLUMN (1, 5, 1, 8) }, .params = &(Heads) { 1 } },
  { .name = "head-of-5", .src = { QK_COLUMN (2, 19, 6, 15) }, .params = &(Heads) { 3 } },
  { .name = "refuses-a-column-per-query",
    .src = { { .dims = { 1, 4, 8 } },
             { .dims = { 1, 5, 8 } },
             { .dims = { 4 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 5 } },
    .params = &(Heads) { 1 },
    .refused = "column" },
  { .name = "refuses-a-head-too-wide",
    .src = { QK_COLUMN (1, 4, 4, 164) },
    .params = &(Heads) { 1 },
    .refused = "at most 160" },
};

/* f32: the device's exp2 has an error of a few units in the last place (3 + 2 |x|, x up to 20), and the sums are averages. f16:
 * one more rounding. Logits of 1e5 give one-hot probabilities, so their error has no effect. */
static const PzOpTest tests[] = {
  {
    .op = "attention",
    .build = build_attention,
    .reference = attention_reference,
    PZ_OP_CASES (matrix_cases),
    .constant = 1u << 3,
    .coop = TRUE,
    .tolerance = { [PZ_F32] = { 5e-6, 5e-6 }, [PZ_F16] = { 1e-5, 5e-4 } },
    /* The probabilities, which add up to 1, are also rounded to f16: 2^-11 of the largest value. */
    .by_matrices = { 6e-4, 5e-4 },
  },
  {
    .op = "attention",
    .build = build_attention,
    .reference = attention_reference,
    PZ_OP_CASES (attention_cases),
    /* The key bias has no gradient (tests/unit/test-autodiff.c). */
    .constant = 1u << 3,
    .tolerance = { [PZ_F32] = { 5e-6, 5e-6 }, [PZ_F16] = { 1e-5, 5e-4 } },
  },
  {
    .op = "attention",
    .build = build_attention,
    .reference = attention_reference,
    PZ_OP_CASES (one_hot_cases),
    .constant = 1u << 0 | 1u << 1,
    .tolerance = { [PZ_F32] = { 5e-6, 5e-6 }, [PZ_F16] = { 1e-5, 5e-4 } },
  },
  {
    .op = "attention_column",
    .build = build_column,
    .reference = column_reference,
    PZ_OP_CASES (column_cases),
    .tolerance = { [PZ_F32] = { 1e-6, 5e-6 } },
  },
};

PZ_OP_FAMILY (attention, "attention", tests);
