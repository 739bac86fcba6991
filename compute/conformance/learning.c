/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "compute/learning.h"
#include "compute/ops/mean-square.h"
#include "compute/conformance/op-case.h"

#define F32 .dtype = PZ_OP_F32

/* ---- mean_square ---- */

static PzTensor *
build_loss (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_mean_square (graph, src[0], src[1], src[2]);
}

static double
weight_at (const PzOpArray src[], gsize i)
{
  return src[2].n_dims > 0 ? src[2].v[i / src[0].dims[src[0].n_dims - 1]] : 1;
}

/* Sum of the weights over the elements of one batch entry. */
static double
total_weight (const PzOpArray src[], gsize entry)
{
  const gsize n = src[0].n / src[0].dims[0];
  double sum = 0;

  for (gsize i = entry * n; i < (entry + 1) * n; i++)
    sum += weight_at (src, i);
  return sum;
}

static void
reference_loss (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize n = src[0].n / out->n;

  (void) c;
  for (gsize i = 0; i < src[0].n; i++)
    {
      const double d = src[0].v[i] - src[1].v[i];
      const double total = total_weight (src, i / n);

      out->v[i / n] += total > 0 ? weight_at (src, i) * d * d / total : 0;
    }
}

#define MASK(...) { .dims = { __VA_ARGS__ }, F32, .scale = 0.5, .offset = 0.5 }

static const double half_a_mask[] = { 1, 0, 0, 1, 0, 0, 0, 0 };

static const PzOpCase loss_cases[] = {
  { .name = "of-latents",
    .src = { { .dims = { 2, 5, 7, 4 } }, { .dims = { 2, 5, 7, 4 }, F32 } } },
  { .name = "weighted",
    .src = { { .dims = { 3, 9, 8, 4 } }, { .dims = { 3, 9, 8, 4 }, F32 }, MASK (3, 9, 8, 1) } },
  { .name = "weighted-odd",
    .src = { { .dims = { 2, 11, 3 } }, { .dims = { 2, 11, 3 }, F32 }, MASK (2, 11, 1) } },
  { .name = "of-which-one-entry-has-no-weight",
    .src = { { .dims = { 2, 4, 3 } },
             { .dims = { 2, 4, 3 }, F32 },
             { .dims = { 2, 4, 1 }, F32, .fill = PZ_FILL_VALUES, .values = half_a_mask } } },
  { .name = "of-one-number", .src = { { .dims = { 1, 1 } }, { .dims = { 1, 1 }, F32 } } },
  { .name = "refuses-a-weight-per-channel",
    .src = { { .dims = { 1, 4, 3 } },
             { .dims = { 1, 4, 3 }, F32 },
             { .dims = { 1, 4, 3 }, F32 } },
    .refused = "expected weight of [1, 4, 1]" },
  { .name = "refuses-a-target-of-another-size",
    .src = { { .dims = { 1, 4, 3 } }, { .dims = { 1, 4, 2 }, F32 } },
    .refused = "target" },
};

static PzTensor *
build_loss_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_mean_square_gradient (graph, src[0], src[1], src[2], src[3]);
}

static void
reference_loss_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize n = out->n / out->dims[0];

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      const double total = total_weight (src, i / n);

      if (total > 0)
        out->v[i] =
          src[3].v[i / n] * 2 * weight_at (src, i) * (src[0].v[i] - src[1].v[i]) / total;
    }
}

static const PzOpCase loss_gradient_cases[] = {
  { .name = "weighted",
    .src = { { .dims = { 3, 9, 8, 4 } },
             { .dims = { 3, 9, 8, 4 }, F32 },
             MASK (3, 9, 8, 1),
             { .dims = { 3 }, F32, .scale = 100 } } },
  { .name = "odd",
    .src = { { .dims = { 2, 11, 3 } },
             { .dims = { 2, 11, 3 }, F32 },
             [3] = { .dims = { 2 }, F32 } } },
  { .name = "of-which-one-entry-has-no-weight",
    .src = { { .dims = { 2, 4, 3 } },
             { .dims = { 2, 4, 3 }, F32 },
             { .dims = { 2, 4, 1 }, F32, .fill = PZ_FILL_VALUES, .values = half_a_mask },
             { .dims = { 2 }, F32 } } },
};

/* ---- not_finite ---- */

static PzTensor *
build_not_finite (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_not_finite (graph, src[0], src[1]);
}

static void
reference_not_finite (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < src[0].n; i++)
    if (!isfinite (src[0].v[i]))
      out->v[0] = 1;
  if (src[1].n_dims > 0 && src[1].v[0] != 0)
    out->v[0] = 1;
}

static const double broken[][5] = {
  { 0, 1, 2, 3, INFINITY }, { -INFINITY, 1, 2, 3, 4 }, { 0, 1, NAN, 3, 4 }, { 1 }, { 0 },
};
#define FIVE(row) { .dims = { 5 }, .fill = PZ_FILL_VALUES, .values = broken[row] }
#define BEFORE(row) { .dims = { 1 }, F32, .fill = PZ_FILL_VALUES, .values = broken[row] }

static const PzOpCase not_finite_cases[] = {
  { .name = "infinity-at-the-end", .src = { FIVE (0) } },
  { .name = "minus-infinity-at-the-start", .src = { FIVE (1) } },
  { .name = "no-number", .src = { FIVE (2), BEFORE (4) } },
  { .name = "found-before", .src = { { .dims = { 7 } }, BEFORE (3) } },
  { .name = "not-found-before", .src = { { .dims = { 7 } }, BEFORE (4) } },
  { .name = "in-several-runs", .src = { { .dims = { 5, 2049 }, .scale = 60000 } } },
  /* More elements than 1024 runs of the shortest length hold, so the runs are longer. */
  { .name = "in-long-runs", .src = { { .dims = { 2100001 } } } },
};

/* ---- accumulate ---- */

static PzTensor *
build_accumulate (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_accumulate (graph, src[0], src[1], src[2]);
}

static void
reference_accumulate (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = (src[2].v[0] != 0 ? src[2].v[0] * src[0].v[i] : 0) + src[1].v[i];
}

static const PzOpCase accumulate_cases[] = {
  { .name = "a-second",
    .src = { { .dims = { 3, 37 }, F32 }, { .dims = { 3, 37 } }, BEFORE (3) } },
  { .name = "whole-quads", .src = { { .dims = { 8 }, F32 }, { .dims = { 8 } }, BEFORE (3) } },
  /* The first micro-batch: `sum` is uninitialised. */
  { .name = "the-first",
    .src = { { .dims = { 5 }, F32, .fill = PZ_FILL_VALUES, .values = broken[2] },
             { .dims = { 5 } },
             BEFORE (4) } },
  { .name = "refuses-another-shape",
    .src = { { .dims = { 5 }, F32 }, { .dims = { 6 } }, BEFORE (4) },
    .refused = "expected x of" },
};

/* ---- adamw ---- */

enum
{
  PARAMETER,
  MEAN,
  SQUARE,
};

static PzTensor *
build_adamw (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const PzAdamw next =
    pz_adamw (graph, &(PzAdamw) { src[0], src[1], src[2] }, src[3], src[4], src[5]);
  PzTensor *const all[] = { next.parameter, next.mean, next.square };

  return all[*(const guint *) c->params];
}

static void
reference_adamw (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const double *knobs = src[4].v;

  for (gsize i = 0; i < out->n; i++)
    {
      const double gradient = src[3].v[i] * knobs[PZ_ADAMW_GRADIENT];
      const double mean = src[1].v[i] + knobs[PZ_ADAMW_MEAN] * (gradient - src[1].v[i]);
      const double square =
        knobs[PZ_ADAMW_KEEP] * src[2].v[i] + knobs[PZ_ADAMW_SQUARE] * gradient * gradient;
      const double step =
        knobs[PZ_ADAMW_STEP] * mean
        / (sqrt (square) / knobs[PZ_ADAMW_CORRECTION] + knobs[PZ_ADAMW_EPSILON]);
      const double all[] = { src[0].v[i] * knobs[PZ_ADAMW_DECAY] - step, mean, square };
      const guint which = *(const guint *) c->params;

      out->v[i] = src[5].n_dims > 0 && src[5].v[0] != 0 ? src[which].v[i] : all[which];
    }
}

/* Rate 5e-3, decay 0.01, the usual betas, third step, loss scale 1024, two micro-batches. */
static const double third_step[PZ_N_ADAMW_KNOBS] = {
  [PZ_ADAMW_DECAY] = 1 - 5e-5,
  [PZ_ADAMW_MEAN] = 0.1,
  [PZ_ADAMW_KEEP] = 0.999,
  [PZ_ADAMW_SQUARE] = 0.001,
  [PZ_ADAMW_CORRECTION] = 0.05474483,
  [PZ_ADAMW_EPSILON] = 1e-8,
  [PZ_ADAMW_STEP] = 5e-3 / 0.271,
  [PZ_ADAMW_GRADIENT] = 1.0 / 2048,
};

#define STEP_OF(...) \
  { .dims = { __VA_ARGS__ }, F32 }, { .dims = { __VA_ARGS__ }, F32, .scale = 0.1 }, \
    { .dims = { __VA_ARGS__ }, F32, .scale = 0.01, .offset = 0.011 }, \
    { .dims = { __VA_ARGS__ }, F32, .scale = 500 }, \
  { \
    .dims = { PZ_N_ADAMW_KNOBS }, F32, .fill = PZ_FILL_VALUES, .values = third_step \
  }
#define OF(which) \
  &(const guint) \
  { \
    which \
  }

static const PzOpCase adamw_cases[] = {
  { .name = "parameter", .src = { STEP_OF (3, 43) }, .params = OF (PARAMETER) },
  { .name = "mean", .src = { STEP_OF (3, 43) }, .params = OF (MEAN) },
  { .name = "square", .src = { STEP_OF (3, 43) }, .params = OF (SQUARE) },
  { .name = "parameter-when-all-is-well",
    .src = { STEP_OF (16), BEFORE (4) },
    .params = OF (PARAMETER) },
  { .name = "parameter-of-a-skipped-step",
    .src = { STEP_OF (16), BEFORE (3) },
    .params = OF (PARAMETER) },
  { .name = "mean-of-a-skipped-step",
    .src = { STEP_OF (16), BEFORE (3) },
    .params = OF (MEAN) },
  { .name = "square-of-a-skipped-step",
    .src = { STEP_OF (16), BEFORE (3) },
    .params = OF (SQUARE) },
  { .name = "refuses-a-gradient-of-another-shape",
    .src = { { .dims = { 4 }, F32 },
             { .dims = { 4 }, F32 },
             { .dims = { 4 }, F32 },
             { .dims = { 5 }, F32 },
             { .dims = { PZ_N_ADAMW_KNOBS }, F32 } },
    .params = OF (MEAN),
    .refused = "the gradient" },
};

/* A loss is a sum of positive terms, in partial sums of at most a few hundred. f16 gradients: half a unit in the last place,
 * 4.9e-4. AdamW: six roundings; the largest are those of the quotient, whose magnitude is up to 1. */
static const PzOpTest tests[] = {
  { .op = "mean_square",
    .build = build_loss,
    .reference = reference_loss,
    PZ_OP_CASES (loss_cases),
    .constant = 1u << 1 | 1u << 2,
    .tolerance = { [PZ_F32] = { 1e-7, 2e-6 } } },
  { .op = "mean_square_gradient",
    .build = build_loss_gradient,
    .reference = reference_loss_gradient,
    PZ_OP_CASES (loss_gradient_cases),
    .tolerance = { [PZ_F32] = { 1e-7, 2e-6 }, [PZ_F16] = { 1e-7, 5e-4 } } },
  { .op = "not_finite",
    .build = build_not_finite,
    .reference = reference_not_finite,
    PZ_OP_CASES (not_finite_cases),
    .constant = 1u << 0 | 1u << 1 },
  { .op = "accumulate",
    .build = build_accumulate,
    .reference = reference_accumulate,
    PZ_OP_CASES (accumulate_cases),
    .tolerance = { [PZ_F32] = { 1e-7, 1e-7 } } },
  { .op = "adamw",
    .build = build_adamw,
    .reference = reference_adamw,
    PZ_OP_CASES (adamw_cases),
    .one_dtype = TRUE,
    .tolerance = { [PZ_F32] = { 1e-7, 4e-7 } } },
};

PZ_OP_FAMILY (learning, "learning", tests);
