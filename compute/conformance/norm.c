/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

#include <math.h>

typedef struct
{
  guint groups;
  float eps;
  PzActivation act;
} Params;

#define PARAMS(...) \
  &(const Params) \
  { \
    __VA_ARGS__ \
  }

static double
activate (double x, PzActivation act)
{
  if (act == PZ_ACT_SILU)
    return x / (1 + exp (-x));
  return act == PZ_ACT_LEAKY_RELU && x < 0 ? 0.01 * x : x;
}

/* Normalises n elements of x: runs of `run` contiguous elements, which begin every `stride` elements from `start` on. */
static void
normalise (const Params *params,
           const PzOpArray src[],
           PzOpArray *out,
           gsize start,
           gsize n,
           gsize run,
           gsize stride)
{
  const gsize channels = src[1].n;
  double mean = 0;
  double variance = 0;

  for (gsize i = 0; i < n; i++)
    mean += src[0].v[start + i / run * stride + i % run] / (double) n;
  for (gsize i = 0; i < n; i++)
    {
      const double d = src[0].v[start + i / run * stride + i % run] - mean;
      variance += d * d / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    {
      const gsize at = start + i / run * stride + i % run;
      const double x = (src[0].v[at] - mean) / sqrt (variance + (double) params->eps);

      out->v[at] =
        activate (x * src[1].v[at % channels] + src[2].v[at % channels], params->act);
    }
}

static double
activate_slope (double x, PzActivation act)
{
  const double s = 1 / (1 + exp (-x));

  if (act == PZ_ACT_SILU)
    return s * (1 + x * (1 - s));
  return act == PZ_ACT_LEAKY_RELU && x < 0 ? 0.01 : 1;
}

/* The gradient of the same elements of x, from the gradient of the result, src[3]. */
static void
normalise_back (const Params *params,
                const PzOpArray src[],
                PzOpArray *out,
                gsize start,
                gsize n,
                gsize run,
                gsize stride)
{
  const gsize channels = src[1].n;
  g_autofree double *h = g_new (double, n);
  g_autofree double *g = g_new (double, n);
  double mean = 0, variance = 0, g_mean = 0, gh_mean = 0;

  for (gsize i = 0; i < n; i++)
    mean += src[0].v[start + i / run * stride + i % run] / (double) n;
  for (gsize i = 0; i < n; i++)
    {
      h[i] = src[0].v[start + i / run * stride + i % run] - mean;
      variance += h[i] * h[i] / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    {
      const gsize at = start + i / run * stride + i % run;
      const double weight = src[1].v[at % channels];

      h[i] /= sqrt (variance + (double) params->eps);
      g[i] = src[3].v[at] * weight
             * activate_slope (h[i] * weight + src[2].v[at % channels], params->act);
      g_mean += g[i] / (double) n;
      gh_mean += g[i] * h[i] / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    out->v[start + i / run * stride + i % run] =
      (g[i] - g_mean - h[i] * gh_mean) / sqrt (variance + (double) params->eps);
}

/* ---- group_norm ---- */

static PzTensor *
build_group (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;

  return pz_group_norm (graph, src[0], src[1], src[2], params->groups, params->eps,
                        params->act);
}

/* The op is between two others, so that the planner lets its result overwrite its source. */
static PzTensor *
build_group_in_place (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  PzTensor *const doubled[] = { pz_affine (graph, src[0], 2.0f, 0.0f), src[1], src[2] };

  return pz_affine (graph, build_group (graph, doubled, c), 1.0f, 0.0f);
}

static PzTensor *
build_group_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;

  return pz_group_norm_gradient (graph, src[0], src[1], src[2], src[3], params->groups,
                                 params->eps, params->act);
}

typedef void (*NormaliseFunc) (const Params *params,
                               const PzOpArray src[],
                               PzOpArray *out,
                               gsize start,
                               gsize n,
                               gsize run,
                               gsize stride);

static void
for_each_group (NormaliseFunc normalise_one,
                const PzOpCase *c,
                const PzOpArray src[],
                PzOpArray *out)
{
  const Params *params = c->params;
  const gsize channels = src[1].n;
  const gsize picture = out->n / out->dims[0];
  const gsize run = channels / params->groups;

  for (gsize b = 0; b < out->dims[0]; b++)
    for (gsize g = 0; g < params->groups; g++)
      normalise_one (params, src, out, b * picture + g * run, picture / params->groups, run,
                     channels);
}

static void
reference_group (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  for_each_group (normalise, c, src, out);
}

static void
reference_group_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  for_each_group (normalise_back, c, src, out);
}

#define CHANNELS(c) \
  { .dims = { c }, .offset = 1 }, \
  { \
    .dims = { c } \
  }

static const PzOpCase group_cases[] = {
  { .name = "groups-that-cut-quads",
    .src = { { .dims = { 1, 9, 7, 20 }, .offset = 0.5 }, CHANNELS (20) },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE) },
  { .name = "silu",
    .src = { { .dims = { 2, 8, 8, 32 } }, CHANNELS (32) },
    .params = PARAMS (8, 1e-5f, PZ_ACT_SILU) },
  { .name = "odd-channels",
    .src = { { .dims = { 2, 5, 3, 21 } }, CHANNELS (21) },
    .params = PARAMS (7, 1e-6f, PZ_ACT_SILU) },
  { .name = "many-chunks-with-a-last-one-short",
    .src = { { .dims = { 1, 41, 29, 8 }, .offset = 3 }, CHANNELS (8) },
    .params = PARAMS (4, 1e-5f, PZ_ACT_NONE) },
  { .name = "one-group",
    .src = { { .dims = { 2, 10, 12 } }, CHANNELS (12) },
    .params = PARAMS (1, 1e-5f, PZ_ACT_NONE) },
  { .name = "a-group-per-channel",
    .src = { { .dims = { 1, 30, 6 } }, CHANNELS (6) },
    .params = PARAMS (6, 1e-5f, PZ_ACT_NONE) },
  { .name = "no-pixels-but-one",
    .src = { { .dims = { 3, 16 } }, CHANNELS (16) },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE) },
  { .name = "a-mean-far-above-the-spread",
    .src = { { .dims = { 1, 20, 20, 8 }, .scale = 0.25, .offset = 100 }, CHANNELS (8) },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE) },
  { .name = "refuses-broken-groups",
    .src = { { .dims = { 1, 4, 10 } }, CHANNELS (10) },
    .params = PARAMS (4, 1e-5f, PZ_ACT_NONE),
    .refused = "found 10 in 4 groups" },
  { .name = "refuses-weights-of-another-size",
    .src = { { .dims = { 1, 4, 10 } }, CHANNELS (8) },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE),
    .refused = "expected weight of [10], found [8]" },
};

/* Doubling has no effect except through eps, which is small here. */
static const PzOpCase in_place_cases[] = {
  { .name = "written-over-its-source",
    .src = { { .dims = { 2, 11, 13, 24 } }, CHANNELS (24) },
    .params = PARAMS (6, 1e-9f, PZ_ACT_SILU) },
  { .name = "written-over-its-source-with-odd-channels",
    .src = { { .dims = { 2, 11, 13, 6 } }, CHANNELS (6) },
    .params = PARAMS (2, 1e-9f, PZ_ACT_SILU) },
};

static const PzOpCase group_gradient_cases[] = {
  { .name = "groups-that-cut-quads",
    .src = { { .dims = { 1, 9, 7, 20 }, .offset = 0.5 },
             CHANNELS (20),
             { .dims = { 1, 9, 7, 20 } } },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE) },
  { .name = "silu",
    .src = { { .dims = { 2, 8, 8, 32 } }, CHANNELS (32), { .dims = { 2, 8, 8, 32 } } },
    .params = PARAMS (8, 1e-5f, PZ_ACT_SILU) },
  { .name = "odd-channels",
    .src = { { .dims = { 2, 5, 3, 21 } }, CHANNELS (21), { .dims = { 2, 5, 3, 21 } } },
    .params = PARAMS (7, 1e-6f, PZ_ACT_SILU) },
  { .name = "many-chunks-with-a-last-one-short",
    .src = { { .dims = { 1, 41, 29, 8 }, .offset = 3 },
             CHANNELS (8),
             { .dims = { 1, 41, 29, 8 } } },
    .params = PARAMS (4, 1e-5f, PZ_ACT_NONE) },
  { .name = "no-pixels-but-one",
    .src = { { .dims = { 3, 16 } }, CHANNELS (16), { .dims = { 3, 16 } } },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE) },
  { .name = "refuses-a-gradient-of-other-pixels",
    .src = { { .dims = { 1, 4, 10 } }, CHANNELS (10), { .dims = { 1, 5, 10 } } },
    .params = PARAMS (2, 1e-5f, PZ_ACT_NONE),
    .refused = "the gradient" },
};

/* ---- layer_norm ---- */

static PzTensor *
build_layer (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;

  return pz_layer_norm (graph, src[0], src[1], src[2], params->eps, params->act);
}

static void
reference_layer (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize width = src[1].n;

  for (gsize start = 0; start < out->n; start += width)
    normalise (c->params, src, out, start, width, width, 0);
}

static PzTensor *
build_layer_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;

  return pz_layer_norm_gradient (graph, src[0], src[1], src[2], src[3], params->eps,
                                 params->act);
}

static void
reference_layer_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize width = src[1].n;

  for (gsize start = 0; start < out->n; start += width)
    normalise_back (c->params, src, out, start, width, width, 0);
}

static const PzOpCase layer_gradient_cases[] = {
  { .name = "quads",
    .src = { { .dims = { 3, 17, 64 } }, CHANNELS (64), { .dims = { 3, 17, 64 } } },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "odd-width",
    .src = { { .dims = { 5, 131 } }, CHANNELS (131), { .dims = { 5, 131 } } },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "leaky-relu",
    .src = { { .dims = { 140, 12 } }, CHANNELS (12), { .dims = { 140, 12 } } },
    .params = PARAMS (0, 1e-5f, PZ_ACT_LEAKY_RELU) },
  { .name = "one-row",
    .src = { { .dims = { 1, 768 } }, CHANNELS (768), { .dims = { 1, 768 } } },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "refuses-a-gradient-of-other-rows",
    .src = { { .dims = { 2, 8 } }, CHANNELS (8), { .dims = { 3, 8 } } },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE),
    .refused = "the gradient" },
};

static const PzOpCase layer_cases[] = {
  { .name = "quads",
    .src = { { .dims = { 3, 17, 64 } }, CHANNELS (64) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "odd-width",
    .src = { { .dims = { 5, 131 } }, CHANNELS (131) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "leaky-relu",
    .src = { { .dims = { 140, 12 } }, CHANNELS (12) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_LEAKY_RELU) },
  { .name = "one-row",
    .src = { { .dims = { 1, 768 } }, CHANNELS (768) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "a-mean-far-above-the-spread",
    .src = { { .dims = { 9, 200 }, .scale = 0.25, .offset = 100 }, CHANNELS (200) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE) },
  { .name = "refuses-weights-of-another-size",
    .src = { { .dims = { 1, 10 } }, CHANNELS (8) },
    .params = PARAMS (0, 1e-5f, PZ_ACT_NONE),
    .refused = "expected weight of [10], found [8]" },
};

/* f32: the mean is rounded by at most 100 / 2^24, which a spread of 0.14 divides: 4e-5; other errors are smaller. f16: half a
 * unit in the last place, 4.9e-4. */
#define TOLERANCE { [PZ_F32] = { 6e-5, 1e-6 }, [PZ_F16] = { 6e-5, 5e-4 } }

/* Gradients of values up to 3 standard deviations, after sums of up to 1200 terms in partial sums of 64; the rest is divided by
 * a standard deviation of 0.3. */
#define GRADIENT_TOLERANCE { [PZ_F32] = { 1e-5, 2e-6 }, [PZ_F16] = { 2e-5, 5e-4 } }

/* Weight and bias have no gradients (tests/unit/test-autodiff.c). */
#define FROZEN (1u << 1 | 1u << 2)

static const PzOpTest tests[] = {
  { .op = "group_norm",
    .build = build_group,
    .reference = reference_group,
    PZ_OP_CASES (group_cases),
    .constant = FROZEN,
    .tolerance = TOLERANCE },
  { .op = "group_norm",
    .build = build_group_in_place,
    .reference = reference_group,
    PZ_OP_CASES (in_place_cases),
    .constant = FROZEN,
    .tolerance = TOLERANCE },
  { .op = "layer_norm",
    .build = build_layer,
    .reference = reference_layer,
    PZ_OP_CASES (layer_cases),
    .constant = FROZEN,
    .tolerance = TOLERANCE },
  { .op = "group_norm_gradient",
    .build = build_group_gradient,
    .reference = reference_group_gradient,
    PZ_OP_CASES (group_gradient_cases),
    .tolerance = GRADIENT_TOLERANCE },
  { .op = "layer_norm_gradient",
    .build = build_layer_gradient,
    .reference = reference_layer_gradient,
    PZ_OP_CASES (layer_gradient_cases),
    .tolerance = GRADIENT_TOLERANCE },
};

PZ_OP_FAMILY (norm, "norm", tests);
