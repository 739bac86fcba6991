/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/op-case.h"

#include <math.h>

/* ---- mean ---- */

static PzTensor *
build_mean (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_mean (graph, src[0], *(const guint *) c->params);
}

static void
reference_mean (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint axis = *(const guint *) c->params;
  const gsize n = src[0].dims[axis];
  gsize inner = 1;

  for (guint i = axis + 1; i < src[0].n_dims; i++)
    inner *= src[0].dims[i];
  for (gsize i = 0; i < out->n; i++)
    for (gsize j = 0; j < n; j++)
      out->v[i] += src[0].v[(i / inner * n + j) * inner + i % inner] / (double) n;
}

#define AXIS(axis) \
  &(const guint) \
  { \
    axis \
  }

static const PzOpCase mean_cases[] = {
  { .name = "over-tokens",
    .src = { { .dims = { 2, 77, 12 }, .offset = 1 } },
    .params = AXIS (1) },
  { .name = "over-the-last",
    .src = { { .dims = { 3, 5, 131 }, .offset = 1 } },
    .params = AXIS (2) },
  { .name = "over-the-batch",
    .src = { { .dims = { 4, 33 }, .offset = 1 } },
    .params = AXIS (0) },
  { .name = "of-many", .src = { { .dims = { 2000, 3 }, .offset = 5 } }, .params = AXIS (0) },
  { .name = "of-one", .src = { { .dims = { 3, 1, 5 } } }, .params = AXIS (1) },
  { .name = "refuses-an-axis-too-far",
    .src = { { .dims = { 3, 5 } } },
    .params = AXIS (2),
    .refused = "found axis 2 of 2" },
};

/* ---- sum ---- */

typedef struct
{
  guint axis;
  guint n_axes;
  gboolean floats; /* F32 result */
} SumParams;

#define SUM(...) \
  &(const SumParams) \
  { \
    __VA_ARGS__ \
  }

static PzTensor *
build_sum (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const SumParams *params = c->params;

  return pz_sum (graph, src[0], params->axis, params->n_axes,
                 params->floats ? PZ_F32 : src[0]->dtype);
}

static void
reference_sum (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const SumParams *params = c->params;
  gsize n = 1;
  gsize inner = 1;

  for (guint i = params->axis; i < src[0].n_dims; i++)
    *(i < params->axis + params->n_axes ? &n : &inner) *= src[0].dims[i];
  for (gsize i = 0; i < out->n; i++)
    for (gsize j = 0; j < n; j++)
      out->v[i] += src[0].v[(i / inner * n + j) * inner + i % inner];
}

static const PzOpCase sum_cases[] = {
  { .name = "over-tokens", .src = { { .dims = { 2, 77, 12 } } }, .params = SUM (1, 1) },
  { .name = "of-halves-in-floats",
    .src = { { .dims = { 2, 77, 12 } } },
    .params = SUM (1, 1, TRUE) },
  { .name = "over-two-axes", .src = { { .dims = { 3, 5, 7, 4 } } }, .params = SUM (1, 2) },
  { .name = "over-everything", .src = { { .dims = { 3, 5, 7 } } }, .params = SUM (0, 3, TRUE) },
  { .name = "in-parts", .src = { { .dims = { 2, 2049, 3 } } }, .params = SUM (1, 1) },
  { .name = "over-everything-in-parts",
    .src = { { .dims = { 5, 1000 } } },
    .params = SUM (0, 2, TRUE) },
  { .name = "refuses-axes-too-far",
    .src = { { .dims = { 3, 5 } } },
    .params = SUM (1, 2),
    .refused = "found 2 from axis 1 on" },
};

/* ---- max ---- */

static PzTensor *
build_max (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_max (graph, src[0]);
}

static void
reference_max (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize n = src[0].n / out->n;

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      out->v[i] = -INFINITY;
      for (gsize j = 0; j < n; j++)
        out->v[i] = fmax (out->v[i], src[0].v[i * n + j]);
    }
}

#define F32 .dtype = PZ_OP_F32

static const PzOpCase max_cases[] = {
  { .name = "of-each-picture", .src = { { .dims = { 3, 8, 41 }, F32 } } },
  { .name = "of-negatives-alone", .src = { { .dims = { 2, 300 }, F32, .offset = -7 } } },
  { .name = "of-one", .src = { { .dims = { 5 }, F32 } } },
  { .name = "refuses-whole-numbers",
    .src = { { .dims = { 2, 3 }, .dtype = PZ_OP_I32 } },
    .refused = "expected F32" },
};

/* Gradients are not checked: among so many elements some differ by less than the step of the central difference. */
static const PzOpCase max_of_many_cases[] = {
  /* More workgroups than Vulkan guarantees per axis. */
  { .name = "of-more-pictures-than-a-row-of-groups", .src = { { .dims = { 33000, 2 }, F32 } } },
};

static const PzOpTest tests[] = {
  /* f32: partial sums of 64 values up to 6, and their sum: 64 roundings of 6 * 64 / 2^24, divided by n; f16: half a unit in the
   * last place, 4.9e-4. */
  { .op = "mean",
    .build = build_mean,
    .reference = reference_mean,
    PZ_OP_CASES (mean_cases),
    .tolerance = { [PZ_F32] = { 1e-6, 1e-6 }, [PZ_F16] = { 1e-6, 5e-4 } } },
  /* f32: 5000 values below 1 in partial sums of 64, of 1024 and of the rest: 64 roundings of 100 / 2^24. */
  { .op = "sum",
    .build = build_sum,
    .reference = reference_sum,
    PZ_OP_CASES (sum_cases),
    .tolerance = { [PZ_F32] = { 2e-5, 1e-6 }, [PZ_F16] = { 2e-5, 5e-4 } } },
  { .op = "max",
    .build = build_max,
    .reference = reference_max,
    PZ_OP_CASES (max_cases),
    .one_dtype = TRUE },
  { .op = "max",
    .build = build_max,
    .reference = reference_max,
    PZ_OP_CASES (max_of_many_cases),
    .constant = 1u << 0,
    .one_dtype = TRUE },
};

PZ_OP_FAMILY (reduce, "reduce", tests);
