/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "compute/conformance/product-reference.h"

typedef struct
{
  ProductActs acts;
  guint stride;
  guint pad[4]; /* top, left, bottom, right */
} Conv;

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Conv *conv = c->params;
  PzConv2d params = {
    .stride = conv->stride,
    .epilogue = product_epilogue (src, &conv->acts),
  };

  memcpy (params.pad, conv->pad, sizeof params.pad);
  return pz_conv2d (graph, src[0], src[1], &params);
}

/* The sum for one output pixel, counted by `row` over [batch, y, x], and one output channel. */
static double
convolve (const Conv *conv,
          const PzOpArray *x,
          const PzOpArray *w,
          const PzOpArray *out,
          gsize row,
          guint channel)
{
  const guint stride = MAX (conv->stride, 1);
  const gint left = (gint) (row % out->dims[2] * stride) - (gint) conv->pad[1];
  const gint top = (gint) (row / out->dims[2] % out->dims[1] * stride) - (gint) conv->pad[0];
  const gsize picture = row / out->dims[2] / out->dims[1] * x->dims[1];
  double sum = 0;

  for (gint ky = 0; ky < (gint) w->dims[1]; ky++)
    for (gint kx = 0; kx < (gint) w->dims[2]; kx++)
      {
        const gint y_in = top + ky;
        const gint x_in = left + kx;

        if (y_in < 0 || x_in < 0 || y_in >= (gint) x->dims[1] || x_in >= (gint) x->dims[2])
          continue;
        for (guint i = 0; i < w->dims[3]; i++)
          sum +=
            x->v[((picture + (guint) y_in) * x->dims[2] + (guint) x_in) * x->dims[3] + i]
            * w->v[((channel * w->dims[1] + (guint) ky) * w->dims[2] + (guint) kx) * w->dims[3]
                   + i];
      }
  return sum;
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Conv *conv = c->params;
  const guint n = out->dims[3];

  for (gsize i = 0; i < out->n; i++)
    out->v[i] = product_finish (convolve (conv, &src[0], &src[1], out, i / n, (guint) (i % n)),
                                &conv->acts, src, out, i / n, (guint) (i % n));
}

#define SAME { 1, 1, 1, 1 }

#define PACKED(...) { .dims = { __VA_ARGS__ }, .dtype = PZ_OP_ROWS8 }

static const PzOpCase cases[] = {
  {
    .name = "3x3",
    .src = { { .dims = { 1, 9, 7, 8 } }, { .dims = { 32, 3, 3, 8 } }, { .dims = { 32 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-odd-channels",
    .src = { { .dims = { 2, 6, 5, 5 } }, { .dims = { 37, 3, 3, 5 } }, { .dims = { 37 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-four-latent-channels-to-a-few",
    .src = { { .dims = { 1, 8, 11, 4 } }, { .dims = { 4, 3, 3, 4 } }, { .dims = { 4 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-to-three-colours",
    .src = { { .dims = { 1, 7, 8, 16 } }, { .dims = { 3, 3, 3, 16 } }, { .dims = { 3 } } },
    .params = &(Conv) { .pad = SAME, .acts = { .act_out = PZ_ACT_TANH3 } },
  },
  {
    .name = "3x3-stride-2-padded-below-and-right",
    .src = { { .dims = { 2, 8, 10, 12 } }, { .dims = { 20, 3, 3, 12 } }, { .dims = { 20 } } },
    .params = &(Conv) { .stride = 2, .pad = { 0, 0, 1, 1 } },
  },
  {
    .name = "3x3-stride-2-padded-all-around",
    .src = { { .dims = { 1, 9, 9, 8 } }, { .dims = { 12, 3, 3, 8 } } },
    .params = &(Conv) { .stride = 2, .pad = SAME },
  },
  {
    .name = "patches-of-14x14",
    .src = { { .dims = { 2, 28, 42, 3 } }, { .dims = { 10, 14, 14, 3 } } },
    .params = &(Conv) { .stride = 14 },
  },
  {
    .name = "1x1-is-a-product",
    .src = { { .dims = { 2, 5, 7, 12 } }, { .dims = { 16, 1, 1, 12 } }, { .dims = { 16 } } },
    .params = &(Conv) { .acts = { .act = PZ_ACT_RELU } },
  },
  {
    .name = "1x1-stride-2",
    .src = { { .dims = { 1, 5, 7, 12 } }, { .dims = { 16, 1, 1, 12 } } },
    .params = &(Conv) { .stride = 2 },
  },
  {
    .name = "5x2-kernel-more-padding-than-picture",
    .src = { { .dims = { 1, 2, 3, 4 } }, { .dims = { 8, 5, 2, 4 } } },
    .params = &(Conv) { .stride = 3, .pad = { 4, 3, 2, 5 } },
  },
  {
    .name = "whole-epilogue",
    .src = { { .dims = { 2, 5, 6, 8 } },
             { .dims = { 12, 3, 3, 8 } },
             { .dims = { 12 } },
             { .dims = { 2, 12 } },
             { .dims = { 2, 5, 6, 12 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_RELU } },
  },
  {
    .name = "whole-epilogue-unaligned",
    .src = { { .dims = { 3, 3, 5, 7 } },
             { .dims = { 9, 3, 3, 7 } },
             { .dims = { 9 } },
             { .dims = { 3, 9 } },
             { .dims = { 3, 3, 5, 9 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_RELU, PZ_ACT_LEAKY_RELU } },
  },
  /* From here on most cases have a multiple of 16 channels: planar products on a CPU. */
  {
    .name = "3x3-of-whole-vectors",
    .src = { { .dims = { 1, 7, 16, 32 } }, { .dims = { 8, 3, 3, 32 } }, { .dims = { 8 } } },
    .params = &(Conv) { .pad = SAME },
  },
  /* Few pixels and columns, and a k that is too long for one workgroup: split over workgroups on a GPU. */
  {
    .name = "3x3-split",
    .src = { { .dims = { 2, 6, 4, 128 }, .scale = 0.25f },
             { .dims = { 20, 3, 3, 128 } },
             { .dims = { 20 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-split-unaligned",
    .src = { { .dims = { 1, 6, 4, 116 }, .scale = 0.25f },
             { .dims = { 20, 3, 3, 116 } },
             { .dims = { 20 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-lines-that-end-inside-a-vector",
    .src = { { .dims = { 2, 5, 13, 16 } },
             { .dims = { 10, 3, 3, 16 } },
             { .dims = { 10 } },
             { .dims = { 2, 10 } },
             { .dims = { 2, 5, 13, 10 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_RELU } },
  },
  {
    .name = "3x3-of-lines-of-half-a-vector",
    .src = { { .dims = { 2, 4, 4, 48 } }, { .dims = { 12, 3, 3, 48 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-two-or-four-lines-in-a-vector",
    .src = { { .dims = { 2, 8, 4, 16 } }, { .dims = { 9, 3, 3, 16 } }, { .dims = { 9 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_RELU } },
  },
  {
    .name = "3x3-of-single-pixels-in-a-vector",
    .src = { { .dims = { 1, 16, 3, 16 } }, { .dims = { 5, 3, 3, 16 } } },
    .params = &(Conv) { .pad = { 1, 0, 1, 0 } },
  },
  {
    .name = "3x3-stride-2-in-two-phases",
    .src = { { .dims = { 2, 11, 21, 16 } }, { .dims = { 8, 3, 3, 16 } }, { .dims = { 8 } } },
    .params = &(Conv) { .stride = 2, .pad = SAME },
  },
  {
    .name = "3x3-stride-2-in-two-phases-padded-below-and-right",
    .src = { { .dims = { 1, 12, 18, 16 } }, { .dims = { 6, 3, 3, 16 } } },
    .params = &(Conv) { .stride = 2, .pad = { 0, 0, 1, 1 } },
  },
  {
    .name = "3x3-of-pictures-smaller-than-a-tile",
    .src = { { .dims = { 5, 4, 4, 16 } },
             { .dims = { 9, 3, 3, 16 } },
             { .dims = { 9 } },
             { .dims = { 5, 9 } },
             { .dims = { 5, 4, 4, 9 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_RELU } },
  },
  {
    .name = "1x1-stride-2-of-three-pictures",
    .src = { { .dims = { 3, 9, 23, 16 } }, { .dims = { 4, 1, 1, 16 } } },
    .params = &(Conv) { .stride = 2 },
  },
  {
    .name = "2x5-kernel-stride-2-more-padding-than-kernel",
    .src = { { .dims = { 1, 6, 9, 16 } }, { .dims = { 5, 2, 5, 16 } } },
    .params = &(Conv) { .stride = 2, .pad = { 3, 6, 2, 7 } },
  },
  {
    .name = "1x1-stride-2-of-every-other-line",
    .src = { { .dims = { 1, 9, 23, 16 } }, { .dims = { 4, 1, 1, 16 } } },
    .params = &(Conv) { .stride = 2 },
  },
  /* From here on at least 256 pixels and 64 columns: Winograd's algorithm on a CPU, in f16, with 2x2 tiles if those fill
   * vectors of 8 and 16 lanes. */
  {
    .name = "3x3-of-whole-tiles-of-2x2",
    .src = { { .dims = { 1, 16, 16, 16 } }, { .dims = { 64, 3, 3, 16 } }, { .dims = { 64 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-broken-tiles-of-2x2-with-the-whole-epilogue",
    .src = { { .dims = { 2, 31, 16, 32 } },
             { .dims = { 68, 3, 3, 32 } },
             { .dims = { 68 } },
             { .dims = { 2, 68 } },
             { .dims = { 2, 31, 16, 68 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_LEAKY_RELU } },
  },
  {
    .name = "3x3-of-whole-tiles-of-3x3",
    .src = { { .dims = { 1, 15, 21, 64 } }, { .dims = { 64, 3, 3, 64 } }, { .dims = { 64 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-broken-tiles-with-the-whole-epilogue",
    .src = { { .dims = { 2, 15, 27, 32 } },
             { .dims = { 68, 3, 3, 32 } },
             { .dims = { 68 } },
             { .dims = { 2, 68 } },
             { .dims = { 2, 15, 27, 68 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_LEAKY_RELU } },
  },
  {
    .name = "3x3-of-tiles-without-padding",
    .src = { { .dims = { 1, 20, 21, 48 } }, { .dims = { 64, 3, 3, 48 } } },
    .params = &(Conv) { .stride = 1 },
  },
  {
    .name = "3x3-of-tiles-padded-below-and-right",
    .src = { { .dims = { 1, 17, 26, 16 } }, { .dims = { 64, 3, 3, 16 } } },
    .params = &(Conv) { .pad = { 0, 0, 2, 3 } },
  },
  {
    /* Vectors contain tiles of several lines; one contains the end of a picture and the start of the next. */
    .name = "3x3-of-tiles-in-narrow-pictures",
    .src = { { .dims = { 3, 49, 7, 16 } },
             { .dims = { 64, 3, 3, 16 } },
             { .dims = { 64 } },
             { .dims = { 3, 64 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-tiles-in-two-column-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 2, 16, 16, 256 }, .scale = 0.5 },
             { .dims = { 412, 3, 3, 256 }, .scale = 0.5 },
             { .dims = { 412 } },
             { .dims = { 2, 412 } },
             { .dims = { 2, 16, 16, 412 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    /* Sums of many more products than in other cases, so the values are small. */
    .name = "3x3-of-tiles-in-two-row-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 1, 51, 48, 1280 }, .scale = 0.05 },
             { .dims = { 64, 3, 3, 1280 }, .scale = 0.05 } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-of-three-pictures-in-two-row-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 3, 100, 60, 96 } }, { .dims = { 1, 3, 3, 96 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "3x3-in-two-row-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 1, 1611, 35, 32 } }, { .dims = { 1, 3, 3, 32 } } },
    .params = &(Conv) { .pad = SAME },
  },
  /* Packed weights, with every form that is tested above. */
  {
    .name = "packed-3x3-stride-2-padded-all-around",
    .src = { { .dims = { 1, 9, 9, 8 } }, PACKED (13, 3, 3, 8), { .dims = { 13 } } },
    .params = &(Conv) { .stride = 2, .pad = SAME },
  },
  {
    .name = "packed-four-latent-channels-with-the-whole-epilogue",
    .src = { { .dims = { 2, 5, 6, 4 } },
             PACKED (12, 3, 3, 4),
             { .dims = { 12 } },
             { .dims = { 2, 12 } },
             { .dims = { 2, 5, 6, 12 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_RELU } },
  },
  {
    .name = "packed-1x1-is-a-product",
    .src = { { .dims = { 2, 5, 7, 12 } }, PACKED (16, 1, 1, 12), { .dims = { 16 } } },
    .params = &(Conv) { .acts = { .act = PZ_ACT_RELU } },
  },
  {
    .name = "packed-3x3-stride-2-in-two-phases",
    .src = { { .dims = { 2, 11, 21, 16 } }, PACKED (8, 3, 3, 16), { .dims = { 8 } } },
    .params = &(Conv) { .stride = 2, .pad = SAME },
  },
  {
    .name = "packed-3x3-of-broken-tiles-with-the-whole-epilogue",
    .src = { { .dims = { 2, 15, 27, 32 } },
             PACKED (68, 3, 3, 32),
             { .dims = { 68 } },
             { .dims = { 2, 68 } },
             { .dims = { 2, 15, 27, 68 } } },
    .params = &(Conv) { .pad = SAME, .acts = { PZ_ACT_SILU, PZ_ACT_TANH3 } },
  },
  {
    .name = "packed-3x3-of-tiles-in-two-column-blocks",
    .too_large = TRUE,
    .src = { { .dims = { 2, 16, 16, 256 }, .scale = 0.25 },
             PACKED (412, 3, 3, 256),
             { .dims = { 412 } } },
    .params = &(Conv) { .pad = SAME },
  },
  {
    .name = "refuses-packed-rows-of-no-whole-words",
    .src = { { .dims = { 1, 4, 4, 6 } }, PACKED (4, 3, 3, 6) },
    .params = &(Conv) { .pad = SAME },
    .refused = "[O, kh, kw, 6]",
  },
  {
    .name = "refuses-other-channels",
    .src = { { .dims = { 1, 4, 4, 8 } }, { .dims = { 4, 3, 3, 7 } } },
    .params = &(Conv) { .pad = SAME },
    .refused = "[O, kh, kw, 8]",
  },
  {
    .name = "refuses-a-picture-smaller-than-the-kernel",
    .src = { { .dims = { 1, 4, 2, 8 } }, { .dims = { 4, 3, 3, 8 } } },
    .params = &(Conv) { .stride = 1 },
    .refused = "3 x 3",
  },
  {
    .name = "refuses-a-batch-bias-of-another-batch",
    .src = { { .dims = { 2, 4, 4, 8 } },
             { .dims = { 4, 1, 1, 8 } },
             { .dims = { 0 } },
             { .dims = { 1, 4 } } },
    .params = &(Conv) { .stride = 1 },
    .refused = "batch_bias",
  },
};

static const PzOpTest tests[] = {
  {
    .op = "conv2d",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = PRODUCT_TOLERANCE,
    .by_pairs = PRODUCT_BY_PAIRS,
    .coop = TRUE,
  },
};

PZ_OP_FAMILY (conv2d, "conv2d", tests);
