/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/sum-axes.h"

#include "compute/base/shape.h"
#include "shaders/args/sum.h"

/* Long sums are first split into parts of this many elements, to use more lanes. */
#define PART 1024

typedef struct
{
  gsize outer;
  gsize summed;
  gsize inner;
  gsize parts;
} Extent;

static Extent
extent_of (const PzNode *node, const PzSumAxes *sum)
{
  const PzTensor *x = &node->src[0]->tensor;
  const gsize summed = pz_shape_product (x->dims, sum->axis, sum->axis + sum->n_axes);

  return (Extent) {
    .outer = pz_shape_product (x->dims, 0, sum->axis),
    .summed = summed,
    .inner = pz_shape_product (x->dims, sum->axis + sum->n_axes, x->n_dims),
    .parts = summed >= 2 * PART ? pz_div_up (summed, PART) : 1,
  };
}

gboolean
pz_sum_axes_shape (PzNode *node, const PzSumAxes *sum, GError **error)
{
  const PzTensor *x = &node->src[0]->tensor;
  guint n = 0;

  if (!pz_require_float (node->src[0], error))
    return FALSE;
  if (sum->n_axes == 0 || sum->axis >= x->n_dims || sum->n_axes > x->n_dims - sum->axis)
    return pz_refuse (error, "expected axes of %u, found %u from axis %u on", x->n_dims,
                      sum->n_axes, sum->axis);
  node->tensor.dtype = x->dtype;
  for (guint i = 0; i < x->n_dims; i++)
    if (i < sum->axis || i >= sum->axis + sum->n_axes)
      node->tensor.dims[n++] = x->dims[i];
  if (n == 0)
    node->tensor.dims[n++] = 1;
  node->tensor.n_dims = n;
  return TRUE;
}

gsize
pz_sum_axes_scratch_bytes (const PzNode *node, const PzSumAxes *sum)
{
  const Extent extent = extent_of (node, sum);

  return extent.parts > 1 ? extent.outer * extent.parts * extent.inner * sizeof (float) : 0;
}

/* Sums x [outer, summed, inner] to y [outer, parts, inner]. */
static void
lower_parts (const PzNode *node,
             PzLowering *lowering,
             const Extent *extent,
             float divisor,
             const PzDtype dtypes[2],
             const PzRange ranges[2])
{
  const guint kernels[2][2] = {
    { PZ_KERNEL_SUM_F32, PZ_KERNEL_SUM_F32_F16 },
    { PZ_KERNEL_SUM_F16_F32, PZ_KERNEL_SUM_F16 },
  };
  const PzDivisor by_inner = pz_divisor ((guint32) extent->inner);
  const PzDivisor by_parts = pz_divisor ((guint32) extent->parts);
  const PzSumArgs args = {
    .x = ranges[0].address,
    .y = ranges[1].address,
    .n = (guint32) (extent->outer * extent->parts * extent->inner),
    .n_summed = (guint32) extent->summed,
    .part = extent->parts > 1 ? PART : (guint32) extent->summed,
    .parts = (guint32) extent->parts,
    .inner = (guint32) extent->inner,
    .inner_multiplier = by_inner.multiplier,
    .inner_shift = by_inner.shift,
    .parts_multiplier = by_parts.multiplier,
    .parts_shift = by_parts.shift,
    .divisor = divisor,
  };
  PzDispatch dispatch = {
    .kernel = kernels[dtypes[0] == PZ_F16][dtypes[1] == PZ_F16],
    .reads = { ranges[0] },
    .n_reads = 1,
    .writes = { ranges[1] },
    .n_writes = 1,
    .cost = { (gdouble) extent->outer * extent->summed * extent->inner,
              (gdouble) (ranges[0].bytes + ranges[1].bytes) },
  };

  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

void
pz_sum_axes_lower (const PzNode *node, PzLowering *lowering, const PzSumAxes *sum)
{
  const PzNode *x = node->src[0];
  const PzRange from = { pz_lowering_address (lowering, x), pz_node_bytes (x) };
  const PzRange to = { pz_lowering_address (lowering, node), pz_node_bytes (node) };
  const PzRange between = { lowering->scratch_address, pz_sum_axes_scratch_bytes (node, sum) };
  const Extent extent = extent_of (node, sum);
  const Extent rest = { extent.outer, extent.parts, extent.inner, 1 };

  if (extent.parts == 1)
    lower_parts (node, lowering, &extent, sum->divisor,
                 (const PzDtype[]) { x->tensor.dtype, node->tensor.dtype },
                 (const PzRange[]) { from, to });
  else
    {
      lower_parts (node, lowering, &extent, 1.0f, (const PzDtype[]) { x->tensor.dtype, PZ_F32 },
                   (const PzRange[]) { from, between });
      lower_parts (node, lowering, &rest, sum->divisor,
                   (const PzDtype[]) { PZ_F32, node->tensor.dtype },
                   (const PzRange[]) { between, to });
    }
}

PzTensor *
pz_sum_axes_spread (PzGraph *graph,
                    PzTensor *d_out,
                    const PzTensor *x,
                    guint axis,
                    guint n_axes)
{
  guint dims[PZ_MAX_DIMS];

  for (guint i = 0; i < x->n_dims; i++)
    dims[i] = i < axis || i >= axis + n_axes ? x->dims[i] : 1;
  return pz_broadcast (graph, pz_reshape (graph, d_out, x->n_dims, dims), x->n_dims, x->dims);
}
