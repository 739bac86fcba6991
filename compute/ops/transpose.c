/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exchanges the last dimension with another one.
 */
#include "compute/base/shape.h"
#include "compute/ops/adjoints.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/transpose.h"

typedef struct
{
  guint axis; /* the axis that is exchanged with the last one */
  gboolean mirrored; /* the dimensions between the two are reversed */
  PzDtype dtype;
} Params;

static gboolean
transpose_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (x->n_dims < 2)
    return pz_refuse (error, "expected two dimensions at least");
  if (params->dtype != x->dtype && params->dtype != PZ_F32)
    return pz_refuse (error, "expected a result in F32 or x's dtype");
  pz_node_like (node, node->src[0]);
  node->tensor.dtype = params->dtype;
  node->tensor.dims[params->axis] = x->dims[x->n_dims - 1];
  node->tensor.dims[x->n_dims - 1] = x->dims[params->axis];
  return TRUE;
}

static void
transpose_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
}

static void
transpose_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;
  const guint32 between = (guint32) pz_shape_product (x->dims, params->axis + 1, x->n_dims - 1);
  const guint32 rows = x->dims[params->axis];
  const guint32 columns = x->dims[x->n_dims - 1];
  const gboolean packed = rows % 4 == 0 && columns % 4 == 0;
  const guint32 row_tiles = packed ? rows / 4 : rows;
  const guint32 column_tiles =
    packed ? (guint32) pz_div_up (columns, PZ_TRANSPOSE_COLUMNS) : columns;
  const PzDivisor by_rows = pz_divisor (row_tiles);
  const PzDivisor by_columns = pz_divisor (column_tiles);
  const PzDivisor by_between = pz_divisor (between);
  const PzTransposeArgs args = {
    .x = pz_lowering_address (lowering, node->src[0]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) pz_shape_product (x->dims, 0, params->axis) * between * row_tiles
         * column_tiles,
    .rows = rows,
    .between = between,
    .columns = columns,
    .mirrored = params->mirrored,
    .row_tiles = row_tiles,
    .column_tiles = column_tiles,
    .row_multiplier = by_rows.multiplier,
    .row_shift = by_rows.shift,
    .column_multiplier = by_columns.multiplier,
    .column_shift = by_columns.shift,
    .between_multiplier = by_between.multiplier,
    .between_shift = by_between.shift,
  };
  PzDispatch dispatch = {
    .kernel = node->tensor.dtype == PZ_F16 ? PZ_KERNEL_TRANSPOSE_F16
              : x->dtype == PZ_F16         ? PZ_KERNEL_TRANSPOSE_F16_F32
                                           : PZ_KERNEL_TRANSPOSE_F32,
    .spec = { [PZ_SPEC_PACKED] = packed },
    .n_spec = PZ_SPEC_PACKED_N,
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  transpose_cost (node, &dispatch.cost);
  pz_lowering_add (lowering, node, &dispatch);
}

static PzTensor *
append (PzGraph *graph, PzTensor *x, const Params *params)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_transpose, (PzTensor *const[]) { x },
                                       params, sizeof *params);
}

static void
transpose_backward (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  Params params = *(const Params *) node->params.bytes;

  params.dtype = d_out->dtype;
  if (wanted[0])
    d_src[0] = append (graph, d_out, &params);
}

const PzOpClass pz_op_transpose = {
  .name = "transpose",
  .n_src = 1,
  .shape = transpose_shape,
  .lower = transpose_lower,
  .passes_f32 = TRUE,
  .backward = transpose_backward,
};

PzTensor *
pz_transpose (PzGraph *graph, PzTensor *x, PzDtype dtype)
{
  const Params params = { .axis = x != NULL && x->n_dims > 1 ? x->n_dims - 2 : 0,
                          .dtype = dtype };

  return append (graph, x, &params);
}

PzTensor *
pz_exchange (PzGraph *graph, PzTensor *x, gboolean mirrored, PzDtype dtype)
{
  return append (graph, x, &(Params) { .mirrored = mirrored, .dtype = dtype });
}
