/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

enum
{
  X,
  GATE,
  GATE_MAX,
  STRENGTH,
  RESIDUAL,
};

/* Index in [batch, heads, queries] of the gate that applies to element i of x [batch, queries, width]. */
static gsize
gate_of (const PzOpArray *x, guint heads, gsize i)
{
  const gsize column = i % x->dims[2], row = i / x->dims[2];
  const gsize batch = row / x->dims[1], query = row % x->dims[1];

  return (batch * heads + column / (x->dims[2] / heads)) * x->dims[1] + query;
}

/* ---- gated_add ---- */

static PzTensor *
build_gated (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_gated_add (graph, src[X],
                       &(PzGate) { .gate = src[GATE],
                                   .gate_max = src[GATE_MAX],
                                   .strength = src[STRENGTH] },
                       src[RESIDUAL]);
}

static void
reference_gated (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize picture = out->n / out->dims[0];

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      const double largest = src[GATE].n_dims > 0 ? src[GATE_MAX].v[i / picture] : 1;
      const double gate =
        src[GATE].n_dims > 0 ? src[GATE].v[gate_of (&src[X], src[GATE].dims[1], i)] : 1;

      if (src[RESIDUAL].n_dims > 0)
        out->v[i] = src[RESIDUAL].v[i];
      if (largest > 0)
        out->v[i] += gate / largest * src[STRENGTH].v[i / picture] * src[X].v[i];
    }
}

#define GATE_OF(batch, heads, queries) \
  { .dims = { batch, heads, queries }, .dtype = PZ_OP_F32, .scale = 0.4, .offset = 0.5 }, \
    { .dims = { batch }, .dtype = PZ_OP_F32, .scale = 0.2, .offset = 0.9 }, \
    { .dims = { batch }, .dtype = PZ_OP_F32, .offset = 1 }

static const PzOpCase gated_cases[] = {
  { .name = "two-pictures",
    .src = { { .dims = { 2, 37, 32 } }, GATE_OF (2, 2, 37), { .dims = { 2, 37, 32 } } } },
  { .name = "head-of-5",
    .src = { { .dims = { 2, 9, 15 } }, GATE_OF (2, 3, 9), { .dims = { 2, 9, 15 } } } },
  { .name = "head-of-6",
    .src = { { .dims = { 1, 7, 12 } }, GATE_OF (1, 2, 7), { .dims = { 1, 7, 12 } } } },
  { .name = "without-a-residual", .src = { { .dims = { 3, 6, 24 } }, GATE_OF (3, 3, 6) } },
  /* The gate and its maximum underflow to 0. */
  { .name = "gate-that-vanished",
    .src = { { .dims = { 1, 9, 16 } },
             { .dims = { 1, 2, 9 }, .dtype = PZ_OP_F32, .scale = 1e-60 },
             { .dims = { 1 }, .dtype = PZ_OP_F32, .scale = 1e-60 },
             { .dims = { 1 }, .dtype = PZ_OP_F32, .offset = 1 },
             { .dims = { 1, 9, 16 } } } },
  { .name = "strength-alone",
    .src = { { .dims = { 2, 37, 32 } },
             { .dims = { 0 } },
             { .dims = { 0 } },
             { .dims = { 2 }, .dtype = PZ_OP_F32, .scale = 0.4, .offset = 0.7 },
             { .dims = { 2, 37, 32 } } } },
  { .name = "strength-alone-of-odd-rows",
    .src = { { .dims = { 1, 5, 13 } },
             { .dims = { 0 } },
             { .dims = { 0 } },
             { .dims = { 1 }, .dtype = PZ_OP_F32, .offset = 0.5 },
             { .dims = { 1, 5, 13 } } } },
  { .name = "refuses-a-gate-without-its-largest",
    .src = { { .dims = { 1, 9, 16 } },
             { .dims = { 1, 2, 9 }, .dtype = PZ_OP_F32 },
             { .dims = { 0 } },
             { .dims = { 1 }, .dtype = PZ_OP_F32 } },
    .refused = "together" },
  { .name = "refuses-a-gate-of-other-queries",
    .src = { { .dims = { 1, 9, 16 } }, GATE_OF (1, 2, 8), { .dims = { 1, 9, 16 } } },
    .refused = "heads that divide" },
};

/* ---- head_dot ---- */

static PzTensor *
build_dot (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_head_dot (graph, src[0], src[1], *(const guint *) c->params);
}

static void
reference_dot (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  for (gsize i = 0; i < src[0].n; i++)
    out->v[gate_of (&src[0], *(const guint *) c->params, i)] += src[0].v[i] * src[1].v[i];
}

#define HEADS(heads) \
  &(const guint) \
  { \
    heads \
  }

static const PzOpCase dot_cases[] = {
  { .name = "heads-of-40",
    .src = { { .dims = { 2, 33, 80 } }, { .dims = { 2, 33, 80 } } },
    .params = HEADS (2) },
  { .name = "heads-of-5",
    .src = { { .dims = { 2, 7, 15 } }, { .dims = { 2, 7, 15 } } },
    .params = HEADS (3) },
  { .name = "refuses-heads-that-do-not-divide",
    .src = { { .dims = { 2, 7, 15 } }, { .dims = { 2, 7, 15 } } },
    .params = HEADS (2),
    .refused = "heads" },
};

/* ---- ratio ---- */

static PzTensor *
build_ratio (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_ratio (graph, src[0], src[1]);
}

static void
reference_ratio (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[1].v[i] > 0 ? src[0].v[i] / src[1].v[i] : 0;
}

#define F32 .dtype = PZ_OP_F32

static const PzOpCase ratio_cases[] = {
  { .name = "of-positive-numbers",
    .src = { { .dims = { 3, 43 }, F32 },
             { .dims = { 3, 43 }, F32, .scale = 0.5, .offset = 1 } } },
  { .name = "by-nothing",
    .src = { { .dims = { 2 }, F32 }, { .dims = { 2 }, F32, .scale = 1e-60 } } },
  { .name = "refuses-another-shape",
    .src = { { .dims = { 2 }, F32 }, { .dims = { 3 }, F32 } },
    .refused = "the divisor" },
};

/* ---- max_gradient ---- */

static PzTensor *
build_max_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_max_gradient (graph, src[0], pz_max (graph, src[0]), src[1]);
}

static void
reference_max_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize n = src[0].n / src[1].n;

  (void) c;
  for (gsize b = 0; b < src[1].n; b++)
    {
      gsize place = 0;

      for (gsize i = 1; i < n; i++)
        if (src[0].v[b * n + i] > src[0].v[b * n + place])
          place = i;
      out->v[b * n + place] = src[1].v[b];
    }
}

static const double twice[] = { 1, 3, 2, 3, 0, 3 };

static const PzOpCase max_gradient_cases[] = {
  { .name = "of-each-picture",
    .src = { { .dims = { 3, 8, 41 }, F32 }, { .dims = { 3 }, F32 } } },
  { .name = "to-the-first-of-several",
    .src = { { .dims = { 1, 6 }, F32, .fill = PZ_FILL_VALUES, .values = twice },
             { .dims = { 1 }, F32 } } },
  { .name = "refuses-a-gradient-of-other-pictures",
    .src = { { .dims = { 3, 8 }, F32 }, { .dims = { 2 }, F32 } },
    .refused = "the gradient" },
};

/* f32: three roundings and a sum of two terms; a dot product sums 40 terms below 1. f16: half a unit in the last place,
 * 4.9e-4. */
static const PzOpTest tests[] = {
  { .op = "gated_add",
    .build = build_gated,
    .reference = reference_gated,
    PZ_OP_CASES (gated_cases),
    .tolerance = { [PZ_F32] = { 1e-6, 1e-6 }, [PZ_F16] = { 1e-6, 5e-4 } } },
  { .op = "head_dot",
    .build = build_dot,
    .reference = reference_dot,
    PZ_OP_CASES (dot_cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 } } },
  { .op = "ratio",
    .build = build_ratio,
    .reference = reference_ratio,
    PZ_OP_CASES (ratio_cases),
    .tolerance = { [PZ_F32] = { 0, 5e-7 } },
    .one_dtype = TRUE },
  { .op = "max_gradient",
    .build = build_max_gradient,
    .reference = reference_max_gradient,
    PZ_OP_CASES (max_gradient_cases),
    .one_dtype = TRUE },
};

PZ_OP_FAMILY (gated_add, "gated-add", tests);
