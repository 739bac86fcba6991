/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ops/op-test.h"

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
  /* More workgroups than one axis of a dispatch may have in every device. */
  { .name = "of-more-pictures-than-a-row-of-groups", .src = { { .dims = { 33000, 2 }, F32 } } },
  { .name = "refuses-whole-numbers",
    .src = { { .dims = { 2, 3 }, .dtype = PZ_OP_I32 } },
    .refused = "expected F32" },
};

static const PzOpTest tests[] = {
  /* f32: sums of 64 and their sum, values up to 6: 64 roundings of 6 * 64 / 2^24, over n; f16: half a
   * unit in the last place, 4.9e-4. */
  { .op = "mean",
    .build = build_mean,
    .reference = reference_mean,
    PZ_OP_CASES (mean_cases),
    .tolerance = { [PZ_F32] = { 1e-6, 1e-6 }, [PZ_F16] = { 1e-6, 5e-4 } } },
  { .op = "max",
    .build = build_max,
    .reference = reference_max,
    PZ_OP_CASES (max_cases),
    .one_dtype = TRUE },
};

PZ_OP_TEST_MAIN (tests)
