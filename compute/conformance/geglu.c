/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

#include <math.h>

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_geglu (graph, src[0]);
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint width = out->dims[out->n_dims - 1];

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      const double *row = src[0].v + i / width * 2 * width;
      const double gate = row[width + i % width];

      out->v[i] = row[i % width] * 0.5 * gate * erfc (-gate * M_SQRT1_2);
    }
}

static const PzOpCase cases[] = {
  { .name = "quads", .src = { { .dims = { 2, 9, 48 }, .scale = 4 } } },
  { .name = "a-width-that-splits-quads", .src = { { .dims = { 2, 9, 44 }, .scale = 4 } } },
  { .name = "odd-width", .src = { { .dims = { 5, 26 }, .scale = 4 } } },
  { .name = "width-one", .src = { { .dims = { 7, 2 }, .scale = 4 } } },
  { .name = "refuses-an-odd-row",
    .src = { { .dims = { 2, 5 } } },
    .refused = "expected an even last dimension, found 5" },
};

static PzTensor *
build_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_geglu_gradient (graph, src[0], src[1]);
}

static void
reference_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint width = src[1].dims[src[1].n_dims - 1];

  (void) c;
  for (gsize i = 0; i < src[1].n; i++)
    {
      const gsize at = i / width * 2 * width + i % width;
      const double value = src[0].v[at], gate = src[0].v[at + width];
      const double below = 0.5 * erfc (-gate * M_SQRT1_2);
      const double density = exp (-0.5 * gate * gate) / sqrt (2 * G_PI);

      out->v[at] = src[1].v[i] * gate * below;
      out->v[at + width] = src[1].v[i] * value * (below + gate * density);
    }
}

static const PzOpCase gradient_cases[] = {
  { .name = "quads",
    .src = { { .dims = { 2, 9, 48 }, .scale = 4 }, { .dims = { 2, 9, 24 } } } },
  { .name = "odd-width", .src = { { .dims = { 5, 26 }, .scale = 4 }, { .dims = { 5, 13 } } } },
  { .name = "refuses-a-gradient-of-both-halves",
    .src = { { .dims = { 5, 26 } }, { .dims = { 5, 26 } } },
    .refused = "the gradient" },
};

/* f32: erf's error of 2e-7 times gate and value, both up to 4; f16: half a unit in the last place, 4.9e-4. */
static const PzOpTest tests[] = {
  { .op = "geglu",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 }, [PZ_F16] = { 4e-6, 5e-4 } } },
  { .op = "geglu_gradient",
    .build = build_gradient,
    .reference = reference_gradient,
    PZ_OP_CASES (gradient_cases),
    .tolerance = { [PZ_F32] = { 4e-6, 2e-6 }, [PZ_F16] = { 4e-6, 5e-4 } } },
};

PZ_OP_FAMILY (geglu, "geglu", tests);
