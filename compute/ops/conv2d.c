/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolution as an implicit GEMM: a row is an output pixel, k runs over the kernel's window. A 1x1 convolution of stride 1
 * without padding is lowered as a linear layer.
 */
#include "compute/base/shape.h"
#include "compute/ops/conv2d-backward.h"
#include "compute/ops/ops.h"
#include "compute/ops/product-backward.h"
#include "compute/ops/winograd.h"
#include "shaders/args/conv2d.h"

#include <string.h>

enum
{
  TOP,
  LEFT,
  BOTTOM,
  RIGHT,
};

typedef struct
{
  PzProductActs acts;
  guint stride;
  guint pad[4];
} Params;

static_assert (sizeof (Params) <= sizeof (((PzNode *) NULL)->params), "Params fit a node");

/* Number of pixels of the result along an axis; 0 if the kernel does not fit. */
static guint
out_size (guint size, guint pad_before, guint pad_after, guint kernel, guint stride)
{
  const guint64 padded = (guint64) size + pad_before + pad_after;

  return padded < kernel ? 0 : (guint) ((padded - kernel) / stride + 1);
}

static gboolean
conv2d_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzTensor *x = &node->src[PZ_PRODUCT_X]->tensor;
  const PzTensor *weight = &node->src[PZ_PRODUCT_W]->tensor;
  PzTensor *y = &node->tensor;

  if (!pz_require_float (node->src[PZ_PRODUCT_X], error))
    return FALSE;
  if (x->n_dims != 4)
    return pz_refuse (error, "expected x [batch, height, width, channels]");
  if (!pz_product_takes_weight (x, weight) || weight->n_dims != 4
      || weight->dims[3] != x->dims[3])
    return pz_refuse (error, "expected a weight [O, kh, kw, %u] of x's dtype", x->dims[3]);
  y->dtype = x->dtype;
  y->n_dims = 4;
  y->dims[0] = x->dims[0];
  y->dims[1] = out_size (x->dims[1], params->pad[TOP], params->pad[BOTTOM], weight->dims[1],
                         params->stride);
  y->dims[2] = out_size (x->dims[2], params->pad[LEFT], params->pad[RIGHT], weight->dims[2],
                         params->stride);
  y->dims[3] = weight->dims[0];
  if (y->dims[1] == 0 || y->dims[2] == 0)
    return pz_refuse (error,
                      "expected a padded picture of at least the kernel's %u x %u pixels",
                      weight->dims[1], weight->dims[2]);
  return pz_product_check_epilogue (node, &params->acts, error);
}

/* Number of elements of k: the size of the kernel's window. */
static guint
window (const PzNode *node)
{
  return (guint) pz_shape_product (node->src[PZ_PRODUCT_W]->tensor.dims, 1, 4);
}

static void
conv2d_cost (const PzNode *node, PzCost *cost)
{
  pz_product_cost (node, window (node), cost);
}

static gboolean
is_linear (const PzNode *node, const Params *params)
{
  const guint *kernel = node->src[PZ_PRODUCT_W]->tensor.dims;

  return kernel[1] == 1 && kernel[2] == 1 && params->stride == 1 && params->pad[TOP] == 0
         && params->pad[LEFT] == 0 && params->pad[BOTTOM] == 0 && params->pad[RIGHT] == 0;
}

static PzRows
conv2d_rows (const PzNode *node, const Params *params)
{
  const guint *y = node->tensor.dims;

  return (PzRows) {
    .m = pz_shape_product (y, 0, 3),
    .m_per_entry = pz_shape_product (y, 1, 3),
    .n = y[3],
    .k = window (node),
    .dtype = node->tensor.dtype,
    .is_packed = pz_product_is_packed (node),
    .acts = pz_product_acts (node, &params->acts),
  };
}

static PzPlanarProduct
conv2d_planar (const PzNode *node, const Params *params)
{
  const guint *x = node->src[PZ_PRODUCT_X]->tensor.dims;
  const guint *kernel = node->src[PZ_PRODUCT_W]->tensor.dims;
  const guint *y = node->tensor.dims;

  return (PzPlanarProduct) {
    .pictures = x[0],
    .height = x[1],
    .width = x[2],
    .pixels = pz_shape_product (x, 1, 3),
    .channels = x[3],
    .kernel_height = kernel[1],
    .kernel_width = kernel[2],
    .stride = params->stride,
    .pad_top = params->pad[TOP],
    .pad_left = params->pad[LEFT],
    .out_height = y[1],
    .out_width = y[2],
    .m = pz_shape_product (y, 0, 3),
    .m_per_entry = pz_shape_product (y, 1, 3),
    .n = y[3],
    .dtype = node->tensor.dtype,
    .is_packed = pz_product_is_packed (node),
    .acts = pz_product_acts (node, &params->acts),
  };
}

static PzProductShape
conv2d_product (const PzNode *node, const Params *params)
{
  const guint *y = node->tensor.dims;

  return (PzProductShape) {
    .form = PZ_PLAIN_CONV2D,
    .m = pz_shape_product (y, 0, 3),
    .m_per_entry = pz_shape_product (y, 1, 3),
    .n = y[3],
    .k = window (node),
    .run = node->src[PZ_PRODUCT_X]->tensor.dims[3],
    .acts = pz_product_acts (node, &params->acts),
  };
}

static gsize
conv2d_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzRows rows = conv2d_rows (node, params);
  const PzPlanarProduct planar = conv2d_planar (node, params);
  const PzProductShape shape = conv2d_product (node, params);

  if (is_linear (node, params))
    return pz_rows_scratch_bytes (node, limits, &rows);
  return MAX (MAX (pz_winograd_scratch_bytes (limits, &planar),
                   pz_planar_product_scratch_bytes (limits, &planar)),
              pz_product_scratch_bytes (node, limits, &shape));
}

static PzConv2dArgs
conv2d_args (const PzNode *node, const PzLowering *lowering, const Params *params)
{
  const guint *x = node->src[PZ_PRODUCT_X]->tensor.dims;
  const guint *kernel = node->src[PZ_PRODUCT_W]->tensor.dims;
  const guint *y = node->tensor.dims;

  return (PzConv2dArgs) {
    .x = pz_product_address (node, lowering, PZ_PRODUCT_X),
    .w = pz_product_address (node, lowering, PZ_PRODUCT_W),
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) pz_shape_product (y, 0, 3),
    .n = y[3],
    .rows_per_batch = y[1] * y[2],
    .height = x[1],
    .width = x[2],
    .in_channels = x[3],
    .out_height = y[1],
    .out_width = y[2],
    .kernel_height = kernel[1],
    .kernel_width = kernel[2],
    .stride = params->stride,
    .pad_top = (gint32) params->pad[TOP],
    .pad_left = (gint32) params->pad[LEFT],
  };
}

/* The implicit GEMM. */
static void
lower_product (const PzNode *node, PzLowering *lowering, const Params *params)
{
  const PzProductShape shape = conv2d_product (node, params);
  PzConv2dArgs args = conv2d_args (node, lowering, params);
  static const PzProductKernels kernels[] = {
    { PZ_KERNEL_CONV2D_F16, PZ_KERNEL_CONV2D_F32, PZ_KERNEL_CONV2D_COOP,
      PZ_KERNEL_CONV2D_BLOCKED, PZ_KERNEL_CONV2D_BLOCKED_PACKED },
    { PZ_KERNEL_CONV2D_F16_W8, PZ_KERNEL_CONV2D_F32_W8, PZ_KERNEL_CONV2D_COOP_W8,
      PZ_KERNEL_CONV2D_BLOCKED_W8, PZ_KERNEL_CONV2D_BLOCKED_PACKED_W8 },
  };
  PzDispatch dispatch = { 0 };

  pz_product_dispatch (node, lowering, kernels, &shape, &dispatch);
  args.y = pz_product_target (node, lowering, &shape);
  args.splits = pz_product_splits (node, lowering->limits, &shape);
  pz_dispatch_args (&dispatch, &args);
  conv2d_cost (node, &dispatch.cost);
  pz_product_add (node, lowering, &shape, &dispatch);
}

static void
conv2d_lower (const PzNode *node, PzLowering *lowering)
{
  const Params *params = (const Params *) node->params.bytes;
  const PzRows rows = conv2d_rows (node, params);
  const PzPlanarProduct planar = conv2d_planar (node, params);

  if (is_linear (node, params))
    pz_rows_lower (node, lowering, &rows);
  else if (pz_winograd_applies (node, lowering, &planar))
    pz_winograd_lower (node, lowering, &planar);
  else if (pz_planar_product_applies (node, lowering, &planar))
    pz_planar_product_lower (node, lowering, &planar);
  else
    lower_product (node, lowering, params);
}

static PzConv2d
conv2d_public (const Params *params)
{
  PzConv2d conv = { .stride = params->stride };

  memcpy (conv.pad, params->pad, sizeof conv.pad);
  return conv;
}

static PzTensor *
conv2d_again (PzGraph *graph, const PzNode *node, const PzEpilogue *epilogue)
{
  PzConv2d conv = conv2d_public ((const Params *) node->params.bytes);

  conv.epilogue = *epilogue;
  return pz_conv2d (graph, (PzTensor *) node->src[PZ_PRODUCT_X],
                    (PzTensor *) node->src[PZ_PRODUCT_W], &conv);
}

static void
conv2d_backward (PzGraph *graph,
                 const PzNode *node,
                 PzTensor *d_out,
                 const gboolean wanted[PZ_MAX_SRC],
                 PzTensor *d_src[PZ_MAX_SRC])
{
  const Params *params = (const Params *) node->params.bytes;
  const PzConv2d conv = conv2d_public (params);
  PzTensor *d_y = pz_product_backward_epilogue (graph, node, &params->acts, conv2d_again, d_out,
                                                wanted, d_src);

  if (is_linear (node, params))
    pz_product_backward_rows (graph, node, d_y, wanted, d_src);
  else
    pz_conv2d_backward (graph, node, &conv, d_y, wanted, d_src);
}

const PzOpClass pz_op_conv2d = {
  .name = "conv2d",
  .n_src = PZ_PRODUCT_N_SRC,
  .optional = PZ_PRODUCT_OPTIONAL,
  .in_place = PZ_PRODUCT_IN_PLACE,
  .take_addend = pz_product_take_addend,
  .shape = conv2d_shape,
  .scratch_bytes = conv2d_scratch_bytes,
  .lower = conv2d_lower,
  .backward = conv2d_backward,
};

PzTensor *
pz_conv2d (PzGraph *graph, PzTensor *x, PzTensor *weight, const PzConv2d *params)
{
  PzTensor *src[PZ_PRODUCT_N_SRC] = { [PZ_PRODUCT_X] = x, [PZ_PRODUCT_W] = weight };
  Params own = { .stride = 1 };

  if (params != NULL)
    {
      own.stride = MAX (params->stride, 1);
      memcpy (own.pad, params->pad, sizeof own.pad);
      pz_product_take_epilogue (&params->epilogue, src, &own.acts);
    }
  return (PzTensor *) pz_graph_append (graph, &pz_op_conv2d, src, &own, sizeof own);
}
