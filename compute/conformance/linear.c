/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/product-reference.h"

static PzTensor *
build_linear (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const PzEpilogue epilogue = product_epilogue (src, c->params);

  return pz_linear (graph, src[0], src[1], &epilogue);
}

static void
linear_reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint k_size = src[0].dims[src[0].n_dims - 1];
  const guint n = out->dims[out->n_dims - 1];

  for (gsize i = 0; i < out->n; i++)
    {
      double sum = 0;

      for (guint k = 0; k < k_size; k++)
        sum += src[0].v[i / n * k_size + k] * src[1].v[i % n * k_size + k];
      out->v[i] = product_finish (sum, c->params, src, out, i / n, (guint) (i % n));
    }
}

#define PACKED(...) { .dims = { __VA_ARGS__ }, .dtype = PZ_OP_ROWS8 }

static const PzOpCase linear_cases[] = {
  {
    .name = "multiples-of-the-tile",
    .src = { { .dims = { 1, 16, 32 } }, { .dims = { 32, 32 } } },
  },
  {
    .name = "one-row",
    .src = { { .dims = { 1, 20 } }, { .dims = { 36, 20 } }, { .dims = { 36 } } },
    .params = &(ProductActs) { .act = PZ_ACT_SILU },
  },
  {
    .name = "two-rows-of-a-batch",
    .src = { { .dims = { 2, 20 } }, { .dims = { 37, 20 } }, { .dims = { 37 } } },
  },
  {
    .name = "odd-everything",
    .src = { { .dims = { 3, 7, 33 } }, { .dims = { 45, 33 } }, { .dims = { 45 } } },
    .params = &(ProductActs) { .act = PZ_ACT_QUICK_GELU },
  },
  {
    .name = "k-below-four",
    .src = { { .dims = { 1, 19, 3 } }, { .dims = { 6, 3 } } },
  },
  {
    .name = "three-columns",
    .src = { { .dims = { 1, 37, 16 } }, { .dims = { 3, 16 } }, { .dims = { 3 } } },
    .params = &(ProductActs) { .act = PZ_ACT_TANH3 },
  },
  {
    .name = "columns-of-two-workgroups-and-a-half",
    .src = { { .dims = { 1, 5, 12 } }, { .dims = { 132, 12 } } },
  },
  {
    .name = "weight-of-a-1x1-convolution",
    .src = { { .dims = { 2, 3, 5, 8 } }, { .dims = { 20, 1, 1, 8 } }, { .dims = { 20 } } },
  },
  {
    .name = "whole-epilogue",
    .src = { { .dims = { 2, 9, 24 } },
             { .dims = { 28, 24 } },
             { .dims = { 28 } },
             { .dims = { 2, 28 } },
             { .dims = { 2, 9, 28 } } },
    .params = &(ProductActs) { .act = PZ_ACT_GELU, .act_out = PZ_ACT_RELU },
  },
  {
    .name = "whole-epilogue-unaligned",
    .src = { { .dims = { 3, 10, 17 } },
             { .dims = { 21, 17 } },
             { .dims = { 21 } },
             { .dims = { 3, 21 } },
             { .dims = { 3, 10, 21 } } },
    .params = &(ProductActs) { .act = PZ_ACT_LEAKY_RELU, .act_out = PZ_ACT_SILU },
  },
  {
    /* 512 x 256 gives enough workgroups for the second coop tile. */
    .name = "large-tile",
    .src = { { .dims = { 1, 509, 20 } }, { .dims = { 256, 20 } }, { .dims = { 256 } } },
  },
  /* Few rows and columns, and a k that is too long for one workgroup: split over workgroups on a GPU. */
  {
    .name = "split-with-the-whole-epilogue",
    .src = { { .dims = { 2, 9, 1100 }, .scale = 0.25f },
             { .dims = { 28, 1100 } },
             { .dims = { 28 } },
             { .dims = { 2, 28 } },
             { .dims = { 2, 9, 28 } } },
    .params = &(ProductActs) { .act = PZ_ACT_GELU, .act_out = PZ_ACT_RELU },
  },
  {
    .name = "split-unaligned",
    .src = { { .dims = { 1, 19, 1603 }, .scale = 0.25f },
             { .dims = { 37, 1603 } },
             { .dims = { 37 } } },
  },
  /* From here on k is a multiple of 16: planar products on a CPU. */
  {
    .name = "half-a-vector-of-rows",
    .src = { { .dims = { 1, 9, 48 } }, { .dims = { 12, 48 } }, { .dims = { 12 } } },
  },
  {
    .name = "rows-of-a-batch-that-share-a-vector",
    .src = { { .dims = { 3, 11, 64 } },
             { .dims = { 29, 64 } },
             { .dims = { 29 } },
             { .dims = { 3, 29 } },
             { .dims = { 3, 11, 29 } } },
    .params = &(ProductActs) { .act = PZ_ACT_SILU, .act_out = PZ_ACT_LEAKY_RELU },
  },
  {
    .name = "whole-epilogue-over-long-k",
    .src = { { .dims = { 2, 50, 592 } },
             { .dims = { 20, 592 } },
             { .dims = { 20 } },
             { .dims = { 2, 20 } },
             { .dims = { 2, 50, 20 } } },
    .params = &(ProductActs) { .act = PZ_ACT_GELU },
  },
  {
    .name = "rows-of-two-blocks",
    .src = { { .dims = { 1, 3605, 592 } }, { .dims = { 3, 592 } }, { .dims = { 3 } } },
  },
  {
    .name = "columns-of-two-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 1, 515, 592 }, .scale = 0.3 }, { .dims = { 1778, 592 } } },
  },
  /* Packed weights, with every form that is tested above. */
  {
    .name = "packed-one-row",
    .src = { { .dims = { 1, 20 } }, PACKED (36, 20), { .dims = { 36 } } },
    .params = &(ProductActs) { .act = PZ_ACT_SILU },
  },
  {
    .name = "packed-odd-columns-with-the-whole-epilogue",
    .src = { { .dims = { 3, 7, 12 } },
             PACKED (21, 12),
             { .dims = { 21 } },
             { .dims = { 3, 21 } },
             { .dims = { 3, 7, 21 } } },
    .params = &(ProductActs) { .act = PZ_ACT_LEAKY_RELU, .act_out = PZ_ACT_SILU },
  },
  {
    .name = "packed-weight-of-a-1x1-convolution",
    .src = { { .dims = { 2, 3, 5, 8 } }, PACKED (20, 1, 1, 8), { .dims = { 20 } } },
  },
  {
    .name = "packed-large-tile",
    .src = { { .dims = { 1, 509, 20 } }, PACKED (256, 20), { .dims = { 256 } } },
  },
  {
    .name = "packed-split",
    .src = { { .dims = { 1, 18, 1100 }, .scale = 0.25f },
             PACKED (28, 1100),
             { .dims = { 28 } } },
  },
  {
    .name = "packed-half-a-vector-of-rows",
    .src = { { .dims = { 1, 9, 48 } }, PACKED (12, 48), { .dims = { 12 } } },
  },
  {
    .name = "packed-rows-of-a-batch-that-share-a-vector",
    .src = { { .dims = { 3, 11, 64 } },
             PACKED (29, 64),
             { .dims = { 29 } },
             { .dims = { 3, 29 } },
             { .dims = { 3, 11, 29 } } },
    .params = &(ProductActs) { .act = PZ_ACT_SILU, .act_out = PZ_ACT_LEAKY_RELU },
  },
  {
    .name = "packed-columns-of-two-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 1, 515, 592 }, .scale = 0.3 }, PACKED (1778, 592) },
  },
  {
    .name = "refuses-packed-rows-of-no-whole-words",
    .src = { { .dims = { 2, 6 } }, PACKED (4, 6) },
    .refused = "[N, 6]",
  },
  {
    .name = "refuses-another-k",
    .src = { { .dims = { 2, 8 } }, { .dims = { 4, 9 } } },
    .refused = "[N, 8]",
  },
  {
    .name = "refuses-a-3x3-weight",
    .src = { { .dims = { 2, 8 } }, { .dims = { 4, 3, 3, 8 } } },
    .refused = "weight",
  },
  {
    .name = "refuses-a-bias-of-another-width",
    .src = { { .dims = { 2, 8 } }, { .dims = { 4, 8 } }, { .dims = { 5 } } },
    .refused = "bias",
  },
  {
    .name = "refuses-a-residual-of-another-shape",
    .src = { { .dims = { 2, 8 } },
             { .dims = { 4, 8 } },
             { .dims = { 0 } },
             { .dims = { 0 } },
             { .dims = { 2, 8 } } },
    .refused = "residual",
  },
};

static PzTensor *
build_matmul (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_matmul (graph, src[0], src[1]);
}

static void
matmul_reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint n = out->dims[out->n_dims - 1];
  const guint m = out->dims[out->n_dims - 2];
  const guint k_size = src[0].dims[src[0].n_dims - 1];

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      const gsize row = i / n;
      const gsize column = row / m * n + i % n;

      out->v[i] = 0;
      for (guint k = 0; k < k_size; k++)
        out->v[i] += src[0].v[row * k_size + k] * src[1].v[column * k_size + k];
    }
}

static const PzOpCase matmul_cases[] = {
  {
    .name = "one-matrix",
    .src = { { .dims = { 17, 16 } }, { .dims = { 24, 16 } } },
  },
  {
    .name = "batches-of-batches",
    .src = { { .dims = { 2, 3, 11, 20 } }, { .dims = { 2, 3, 9, 20 } } },
  },
  {
    .name = "odd-batches",
    .src = { { .dims = { 3, 5, 7 } }, { .dims = { 3, 13, 7 } } },
  },
  {
    .name = "refuses-two-k",
    .src = { { .dims = { 3, 5, 7 } }, { .dims = { 3, 13, 8 } } },
    .refused = "[..., N, K]",
  },
  {
    .name = "refuses-two-batch-sizes",
    .src = { { .dims = { 3, 5, 7 } }, { .dims = { 2, 13, 7 } } },
    .refused = "[..., N, K]",
  },
};

static const PzOpTest tests[] = {
  {
    .op = "linear",
    .build = build_linear,
    .reference = linear_reference,
    PZ_OP_CASES (linear_cases),
    .tolerance = PRODUCT_TOLERANCE,
    .by_pairs = PRODUCT_BY_PAIRS,
    .coop = TRUE,
  },
  {
    .op = "matmul",
    .build = build_matmul,
    .reference = matmul_reference,
    PZ_OP_CASES (matmul_cases),
    .tolerance = PRODUCT_TOLERANCE,
    .by_pairs = PRODUCT_BY_PAIRS,
    .coop = TRUE,
  },
};

PZ_OP_FAMILY (linear, "linear", tests);
