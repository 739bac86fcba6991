/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

#include <math.h>

static double
activate (double x, PzActivation act)
{
  const double y[PZ_N_ACTS] = {
    [PZ_ACT_NONE] = x,
    [PZ_ACT_SILU] = x / (1 + exp (-x)),
    [PZ_ACT_GELU] = 0.5 * x * erfc (-x * M_SQRT1_2),
    [PZ_ACT_QUICK_GELU] = x / (1 + exp (-1.702 * x)),
    [PZ_ACT_RELU] = fmax (x, 0),
    [PZ_ACT_LEAKY_RELU] = x >= 0 ? x : 0.01 * x,
    [PZ_ACT_TANH3] = 3 * tanh (x / 3),
  };

  return y[act];
}

static PzTensor *
build_unary (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_unary (graph, src[0], *(const PzActivation *) c->params);
}

static void
reference_unary (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = activate (src[0].v[i], *(const PzActivation *) c->params);
}

#define ACT(act) \
  &(const PzActivation) \
  { \
    act \
  }
#define WIDE { { .dims = { 3, 41, 7 }, .scale = 9 } }

static const double edges[] = { 0,  -0.0, 1e-7, -1e-7, 0.029, 0.031, -0.031,
                                50, -50,  200,  -200,  60000, -60000 };
#define EDGES \
  { \
    { \
      .dims = { G_N_ELEMENTS (edges) }, .fill = PZ_FILL_VALUES, .values = edges \
    } \
  }

static const PzOpCase unary_cases[] = {
  { .name = "silu", .src = WIDE, .params = ACT (PZ_ACT_SILU) },
  { .name = "erf-gelu-and-not-its-tanh-twin", .src = WIDE, .params = ACT (PZ_ACT_GELU) },
  { .name = "quick-gelu", .src = WIDE, .params = ACT (PZ_ACT_QUICK_GELU) },
  { .name = "relu", .src = WIDE, .params = ACT (PZ_ACT_RELU) },
  { .name = "leaky-relu", .src = WIDE, .params = ACT (PZ_ACT_LEAKY_RELU) },
  { .name = "tanh3", .src = WIDE, .params = ACT (PZ_ACT_TANH3) },
  { .name = "none-is-a-copy", .src = WIDE, .params = ACT (PZ_ACT_NONE) },
  { .name = "silu-at-the-edges", .src = EDGES, .params = ACT (PZ_ACT_SILU) },
  { .name = "gelu-at-the-edges", .src = EDGES, .params = ACT (PZ_ACT_GELU) },
  { .name = "quick-gelu-at-the-edges", .src = EDGES, .params = ACT (PZ_ACT_QUICK_GELU) },
  { .name = "tanh3-at-the-edges", .src = EDGES, .params = ACT (PZ_ACT_TANH3) },
  { .name = "one-element", .src = { { .dims = { 1 } } }, .params = ACT (PZ_ACT_SILU) },
  { .name = "whole-quads", .src = { { .dims = { 2, 512 } } }, .params = ACT (PZ_ACT_SILU) },
  { .name = "refuses-whole-numbers",
    .src = { { .dims = { 4 }, .dtype = PZ_OP_I32 } },
    .params = ACT (PZ_ACT_SILU),
    .refused = "expected F16 or F32" },
};

/* ---- unary_gradient: source 1 is the gradient of the activation ---- */

static double
slope (double x, PzActivation act)
{
  const double s = 1 / (1 + exp (-x));
  const double q = 1 / (1 + exp (-1.702 * x));
  const double t = tanh (x / 3);
  const double y[PZ_N_ACTS] = {
    [PZ_ACT_NONE] = 1,
    [PZ_ACT_SILU] = s + x * s * (1 - s),
    [PZ_ACT_GELU] =
      0.5 * erfc (-x * M_SQRT1_2) + x * exp (-x * x / 2) * 0.5 * M_2_SQRTPI * M_SQRT1_2,
    [PZ_ACT_QUICK_GELU] = q + 1.702 * x * q * (1 - q),
    [PZ_ACT_RELU] = x > 0,
    [PZ_ACT_LEAKY_RELU] = x >= 0 ? 1 : 0.01,
    [PZ_ACT_TANH3] = 1 - t * t,
  };

  return y[act];
}

static PzTensor *
build_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_unary_gradient (graph, src[0], src[1], *(const PzActivation *) c->params);
}

static void
reference_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[1].v[i] * slope (src[0].v[i], *(const PzActivation *) c->params);
}

#define WIDE_PAIR \
  { \
    { .dims = { 3, 41, 7 }, .scale = 9 }, \
    { \
      .dims = { 3, 41, 7 } \
    } \
  }
#define EDGE_PAIR \
  { \
    { .dims = { G_N_ELEMENTS (edges) }, .fill = PZ_FILL_VALUES, .values = edges }, \
    { \
      .dims = { G_N_ELEMENTS (edges) } \
    } \
  }

static const PzOpCase gradient_cases[] = {
  { .name = "silu", .src = WIDE_PAIR, .params = ACT (PZ_ACT_SILU) },
  { .name = "erf-gelu", .src = WIDE_PAIR, .params = ACT (PZ_ACT_GELU) },
  { .name = "quick-gelu", .src = WIDE_PAIR, .params = ACT (PZ_ACT_QUICK_GELU) },
  { .name = "relu", .src = WIDE_PAIR, .params = ACT (PZ_ACT_RELU) },
  { .name = "leaky-relu", .src = WIDE_PAIR, .params = ACT (PZ_ACT_LEAKY_RELU) },
  { .name = "tanh3", .src = WIDE_PAIR, .params = ACT (PZ_ACT_TANH3) },
  { .name = "silu-at-the-edges", .src = EDGE_PAIR, .params = ACT (PZ_ACT_SILU) },
  { .name = "gelu-at-the-edges", .src = EDGE_PAIR, .params = ACT (PZ_ACT_GELU) },
  { .name = "quick-gelu-at-the-edges", .src = EDGE_PAIR, .params = ACT (PZ_ACT_QUICK_GELU) },
  { .name = "tanh3-at-the-edges", .src = EDGE_PAIR, .params = ACT (PZ_ACT_TANH3) },
  { .name = "refuses-another-shape",
    .src = { { .dims = { 4 } }, { .dims = { 5 } } },
    .params = ACT (PZ_ACT_SILU),
    .refused = "expected a gradient of [4]" },
};

typedef struct
{
  float scale;
  float shift;
} AffineParams;

static PzTensor *
build_affine (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const AffineParams *params = c->params;

  return pz_affine (graph, src[0], params->scale, params->shift);
}

static void
reference_affine (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const AffineParams *params = c->params;

  for (gsize i = 0; i < out->n; i++)
    out->v[i] = (double) params->scale * src[0].v[i] + (double) params->shift;
}

static const PzOpCase affine_cases[] = {
  { .name = "levels-to-signed",
    .src = { { .dims = { 5, 5, 3 }, .fill = PZ_FILL_LEVELS } },
    .params = &(const AffineParams) { 2.0f, -1.0f } },
  { .name = "scale-alone",
    .src = { { .dims = { 2, 130 } } },
    .params = &(const AffineParams) { 0.18215f, 0.0f } },
};

static const PzOpTest tests[] = {
  /* f32: one exp of the driver (measured: 4 units in the last place), and erf's error of 2e-7 times x; f16: half a unit in the
   * last place, 4.9e-4. */
  { .op = "unary",
    .build = build_unary,
    .reference = reference_unary,
    PZ_OP_CASES (unary_cases),
    .tolerance = { [PZ_F32] = { 2e-6, 1e-6 }, [PZ_F16] = { 2e-6, 5e-4 } } },
  /* As above. x is a factor once more, but its product with the exponential is at most 1. */
  { .op = "unary_gradient",
    .build = build_gradient,
    .reference = reference_gradient,
    PZ_OP_CASES (gradient_cases),
    .tolerance = { [PZ_F32] = { 2e-6, 1e-6 }, [PZ_F16] = { 2e-6, 5e-4 } } },
  /* f32: two roundings at a magnitude of at most 2. */
  { .op = "affine",
    .build = build_affine,
    .reference = reference_affine,
    PZ_OP_CASES (affine_cases),
    .tolerance = { [PZ_F32] = { 3e-7, 0 }, [PZ_F16] = { 3e-7, 5e-4 } } },
};

PZ_OP_FAMILY (unary, "unary", tests);
