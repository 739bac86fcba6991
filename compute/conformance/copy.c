/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops that only move elements: every bit must arrive.
 */
#include "compute/autodiff.h"
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

typedef struct
{
  guint axis;
  guint start;
  guint length;
} Params;

#define PARAMS(...) \
  &(const Params) \
  { \
    __VA_ARGS__ \
  }

static gsize
product (const PzOpArray *array, guint from)
{
  gsize n = 1;

  for (guint i = from; i < array->n_dims; i++)
    n *= array->dims[i];
  return n;
}

/* ---- concat ---- */

static PzTensor *
build_concat (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_concat (graph, src[0], src[1], ((const Params *) c->params)->axis);
}

static void
reference_concat (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint axis = ((const Params *) c->params)->axis;
  const gsize inner = product (out, axis + 1);
  const guint length = out->dims[axis];

  for (gsize i = 0; i < out->n; i++)
    {
      const gsize outer = i / inner / length;
      const guint at = (guint) (i / inner % length);
      const PzOpArray *from = &src[at >= src[0].dims[axis]];
      const guint at_from = from == &src[0] ? at : at - src[0].dims[axis];

      out->v[i] = from->v[(outer * from->dims[axis] + at_from) * inner + i % inner];
    }
}

static const PzOpCase concat_cases[] = {
  { .name = "channels-in-quads",
    .src = { { .dims = { 2, 3, 5, 8 } }, { .dims = { 2, 3, 5, 12 } } },
    .params = PARAMS (3) },
  { .name = "odd-channels",
    .src = { { .dims = { 2, 3, 5, 7 } }, { .dims = { 2, 3, 5, 2 } } },
    .params = PARAMS (3) },
  { .name = "tokens",
    .src = { { .dims = { 2, 3, 6 } }, { .dims = { 2, 1, 6 } } },
    .params = PARAMS (1) },
  { .name = "batches",
    .src = { { .dims = { 1, 9 } }, { .dims = { 3, 9 } } },
    .params = PARAMS (0) },
  { .name = "whole-numbers",
    .src = { { .dims = { 2, 5 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 99999 },
             { .dims = { 2, 3 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 99999 } },
    .params = PARAMS (1) },
  { .name = "refuses-unlike-rows",
    .src = { { .dims = { 2, 5 } }, { .dims = { 3, 5 } } },
    .params = PARAMS (1),
    .refused = "expected equal dimensions but for axis 1" },
  { .name = "refuses-an-axis-too-far",
    .src = { { .dims = { 2, 5 } }, { .dims = { 2, 5 } } },
    .params = PARAMS (2),
    .refused = "axis below 2, found 2" },
};

/* ---- slice ---- */

static PzTensor *
build_slice (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Params *params = c->params;

  return pz_slice (graph, src[0], params->axis, params->start, params->length);
}

static void
reference_slice (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Params *params = c->params;
  const gsize inner = product (out, params->axis + 1);

  for (gsize i = 0; i < out->n; i++)
    {
      const gsize outer = i / inner / params->length;
      const gsize at = params->start + i / inner % params->length;

      out->v[i] = src[0].v[(outer * src[0].dims[params->axis] + at) * inner + i % inner];
    }
}

static const PzOpCase slice_cases[] = {
  { .name = "channels-in-quads",
    .src = { { .dims = { 3, 5, 24 } } },
    .params = PARAMS (2, 8, 12) },
  { .name = "odd-channels", .src = { { .dims = { 3, 5, 24 } } }, .params = PARAMS (2, 3, 7) },
  { .name = "the-last-token", .src = { { .dims = { 2, 7, 6 } } }, .params = PARAMS (1, 6, 1) },
  { .name = "the-second-picture", .src = { { .dims = { 2, 9 } } }, .params = PARAMS (0, 1, 1) },
  { .name = "all-of-it", .src = { { .dims = { 2, 9 } } }, .params = PARAMS (1, 0, 9) },
  { .name = "refuses-past-the-end",
    .src = { { .dims = { 2, 9 } } },
    .params = PARAMS (1, 5, 5),
    .refused = "expected a part of 9 along axis 1, found 5 from 5 on" },
  { .name = "refuses-nothing",
    .src = { { .dims = { 2, 9 } } },
    .params = PARAMS (1, 5, 0),
    .refused = "found 0 from 5" },
};

/* ---- reshape, copy ---- */

typedef struct
{
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
} Shape;

/* A view of a computed tensor, read by an op: the base and the view must share their bytes. */
static PzTensor *
build_reshape (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Shape *shape = c->params;
  PzTensor *x = pz_affine (graph, src[0], 2.0f, 0.0f);

  return pz_affine (graph, pz_reshape (graph, x, shape->n_dims, shape->dims), 0.5f, 0.0f);
}

static void
reference_same (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i];
}

static const PzOpCase reshape_cases[] = {
  { .name = "picture-to-tokens",
    .src = { { .dims = { 2, 3, 5, 4 } } },
    .params = &(const Shape) { 3, { 2, 15, 4 } } },
  { .name = "flat", .src = { { .dims = { 3, 7 } } }, .params = &(const Shape) { 1, { 21 } } },
  { .name = "refuses-another-size",
    .src = { { .dims = { 3, 7 } } },
    .params = &(const Shape) { 2, { 4, 5 } },
    .refused = "found [4, 5]" },
};

/* Marking an input as a result copies it. */
static PzTensor *
build_copy (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_graph_output (graph, src[0], "copy");
}

static const PzOpCase copy_cases[] = {
  { .name = "quads", .src = { { .dims = { 3, 8 } } } },
  { .name = "odd", .src = { { .dims = { 3, 7 } } } },
  { .name = "whole-numbers",
    .src = { { .dims = { 7 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 1000 } } },
};

/* ---- spread ---- */

typedef struct
{
  guint axis;
  guint start;
  guint step;
  guint length;
} SpreadParams;

#define SPREAD(...) \
  &(const SpreadParams) \
  { \
    __VA_ARGS__ \
  }

static PzTensor *
build_spread (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const SpreadParams *params = c->params;

  return pz_spread (graph, src[0], params->axis, params->start, params->step, params->length);
}

static void
reference_spread (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const SpreadParams *params = c->params;
  const gsize inner = product (out, params->axis + 1);
  const guint length = src[0].dims[params->axis];

  for (gsize i = 0; i < src[0].n; i++)
    {
      const gsize to = params->start + i / inner % length * params->step;

      out->v[(i / inner / length * params->length + to) * inner + i % inner] = src[0].v[i];
    }
}

static const PzOpCase spread_cases[] = {
  { .name = "rows-in-quads",
    .src = { { .dims = { 2, 5, 8 } } },
    .params = SPREAD (1, 0, 2, 9) },
  { .name = "odd-rows-from-the-third-on",
    .src = { { .dims = { 3, 4, 7 } } },
    .params = SPREAD (1, 2, 3, 14) },
  { .name = "the-last-axis", .src = { { .dims = { 5, 6 } } }, .params = SPREAD (1, 1, 2, 12) },
  { .name = "the-batch", .src = { { .dims = { 2, 3, 4 } } }, .params = SPREAD (0, 1, 1, 4) },
  { .name = "refuses-too-little-room",
    .src = { { .dims = { 2, 5, 8 } } },
    .params = SPREAD (1, 0, 2, 8),
    .refused = "expected room for 5" },
};

/* ---- transpose ---- */

typedef struct
{
  gboolean exchange; /* first and last dimension; FALSE = the last two */
  gboolean mirrored;
  gboolean floats; /* F32 result */
} TransposeParams;

#define TRANSPOSE(...) \
  &(const TransposeParams) \
  { \
    __VA_ARGS__ \
  }

static PzTensor *
build_transpose (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const TransposeParams *params = c->params;
  const PzDtype dtype = params->floats ? PZ_F32 : src[0]->dtype;

  if (params->exchange)
    return pz_exchange (graph, src[0], params->mirrored, dtype);
  return pz_transpose (graph, src[0], dtype);
}

static void
reference_transpose (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const TransposeParams *params = c->params;
  const guint n_dims = src[0].n_dims;
  const gsize columns = src[0].dims[n_dims - 1];
  const gsize rows = src[0].dims[params->exchange ? 0 : n_dims - 2];
  const gsize outer = params->exchange ? 1 : src[0].n / rows / columns;
  const gsize between = src[0].n / outer / rows / columns;

  for (gsize i = 0; i < src[0].n; i++)
    {
      const gsize column = i % columns;
      const gsize middle = i / columns % between;
      const gsize row = i / columns / between % rows;
      const gsize block = i / columns / between / rows;
      const gsize to = params->mirrored ? between - 1 - middle : middle;

      out->v[((block * columns + column) * between + to) * rows + row] = src[0].v[i];
    }
}

static const PzOpCase transpose_cases[] = {
  { .name = "matrices-in-tiles",
    .src = { { .dims = { 3, 68, 44 } } },
    .params = TRANSPOSE (0) },
  { .name = "one-odd-matrix", .src = { { .dims = { 7, 13 } } }, .params = TRANSPOSE (0) },
  { .name = "odd-rows-alone", .src = { { .dims = { 2, 5, 16 } } }, .params = TRANSPOSE (0) },
  { .name = "of-halves-in-floats",
    .src = { { .dims = { 36, 20 } } },
    .params = TRANSPOSE (.floats = TRUE) },
  { .name = "a-kernel-mirrored",
    .src = { { .dims = { 8, 3, 5, 12 } } },
    .params = TRANSPOSE (TRUE, TRUE) },
  { .name = "an-odd-kernel-mirrored",
    .src = { { .dims = { 3, 3, 2, 5 } } },
    .params = TRANSPOSE (TRUE, TRUE) },
  { .name = "pictures-and-channels",
    .src = { { .dims = { 2, 4, 3, 6 } } },
    .params = TRANSPOSE (TRUE, FALSE, TRUE) },
  { .name = "refuses-a-vector",
    .src = { { .dims = { 4 } } },
    .params = TRANSPOSE (0),
    .refused = "two dimensions" },
};

/* ---- constant, stop_gradient ---- */

static PzTensor *
build_constant (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_constant (graph, src[0]->dtype, src[0]->n_dims, src[0]->dims, 0.375f);
}

static void
reference_constant (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  (void) src;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = 0.375;
}

static PzTensor *
build_stop (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_stop_gradient (graph, src[0]);
}

static void
reference_stop (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i];
}

static const PzOpCase any_shape_cases[] = {
  { .name = "in-quads", .src = { { .dims = { 3, 64 } } } },
  { .name = "with-a-remainder", .src = { { .dims = { 3, 7 } } } },
  { .name = "one-element", .src = { { .dims = { 1 } } } },
};

static const PzOpTest tests[] = {
  { .op = "concat",
    .build = build_concat,
    .reference = reference_concat,
    PZ_OP_CASES (concat_cases) },
  { .op = "slice",
    .build = build_slice,
    .reference = reference_slice,
    PZ_OP_CASES (slice_cases) },
  { .op = "reshape",
    .build = build_reshape,
    .reference = reference_same,
    PZ_OP_CASES (reshape_cases) },
  { .op = "copy", .build = build_copy, .reference = reference_same, PZ_OP_CASES (copy_cases) },
  { .op = "spread",
    .build = build_spread,
    .reference = reference_spread,
    PZ_OP_CASES (spread_cases),
    .constant = 1u << 0 },
  { .op = "transpose",
    .build = build_transpose,
    .reference = reference_transpose,
    PZ_OP_CASES (transpose_cases) },
  { .op = "constant",
    .build = build_constant,
    .reference = reference_constant,
    PZ_OP_CASES (any_shape_cases),
    .constant = 1u << 0 },
  { .op = "stop_gradient",
    .build = build_stop,
    .reference = reference_stop,
    PZ_OP_CASES (any_shape_cases),
    .constant = 1u << 0 },
};

PZ_OP_FAMILY (copy, "copy", tests);
