/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/pictures.h"

#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/resize_pass.h"
#include "shaders/args/resize_taps.h"

/* Largest side for which the 64-bit arithmetic of resize_taps.comp is exact. */
#define LONGEST_SIDE 8192

typedef struct
{
  guint height;
  guint width;
} ResizeParams;

/* One of the two passes: lengths, and the location of its taps in scratch. */
typedef struct
{
  guint32 in_length;
  guint32 out_length;
  guint32 max_taps; /* capacity of a row of taps */
  gsize taps_offset;
  gsize taps_bytes;
} Pass;

typedef struct
{
  Pass across;
  Pass down;
  gsize picture_offset; /* the result of the first pass */
  gsize picture_bytes;
  gsize bytes;
} ResizePlan;

static Pass
plan_pass (guint in_length, guint out_length, gsize *offset)
{
  /* The support is 2 pixels of the coarser grid to each side: 2 ceil (support) + 1 taps. */
  const gsize support = pz_div_up (2 * (gsize) MAX (in_length, out_length), out_length);
  Pass pass = {
    .in_length = in_length,
    .out_length = out_length,
    .max_taps = (guint32) (2 * support + 1),
    .taps_offset = *offset,
  };

  pass.taps_bytes = (gsize) out_length * (2 + pass.max_taps) * sizeof (gint32);
  *offset += pz_div_up (pass.taps_bytes, 256) * 256;
  return pass;
}

static ResizePlan
plan_resize (const PzNode *node)
{
  const PzTensor *x = &node->src[0]->tensor;
  const PzTensor *y = &node->tensor;
  ResizePlan plan = { 0 };

  plan.across = plan_pass (x->dims[2], y->dims[2], &plan.bytes);
  plan.down = plan_pass (x->dims[1], y->dims[1], &plan.bytes);
  plan.picture_offset = plan.bytes;
  plan.picture_bytes =
    (gsize) x->dims[0] * x->dims[1] * y->dims[2] * x->dims[3] * sizeof (float);
  plan.bytes += plan.picture_bytes;
  return plan;
}

static gboolean
resize_shape (PzNode *node, GError **error)
{
  const ResizeParams *params = (const ResizeParams *) node->params.bytes;
  const PzTensor *x = &node->src[0]->tensor;

  if (x->n_dims != 4 || x->dtype != PZ_F32)
    return pz_refuse (error, "expected F32 [B, H, W, C]");
  if (MAX (x->dims[1], x->dims[2]) > LONGEST_SIDE || params->height == 0 || params->width == 0
      || MAX (params->height, params->width) > LONGEST_SIDE)
    return pz_refuse (error, "expected sides of 1 to %d, found a result of %u x %u",
                      LONGEST_SIDE, params->height, params->width);
  pz_node_like (node, node->src[0]);
  node->tensor.dims[1] = params->height;
  node->tensor.dims[2] = params->width;
  if (plan_resize (node).picture_bytes / sizeof (float) > G_MAXINT32)
    return pz_refuse (error, "expected a smaller picture");
  return TRUE;
}

static gsize
resize_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  (void) limits;
  return plan_resize (node).bytes;
}

static void
lower_pass (const PzNode *node,
            const Pass *pass,
            PzRange from,
            PzRange to,
            guint32 inner,
            PzLowering *lowering)
{
  const PzRange taps = { lowering->scratch_address + pass->taps_offset, pass->taps_bytes };
  const PzDivisor by_inner = pz_divisor (inner);
  const PzDivisor by_out = pz_divisor (pass->out_length);
  const PzResizeTapsArgs taps_args = {
    .taps = taps.address,
    .in_length = pass->in_length,
    .out_length = pass->out_length,
    .max_taps = pass->max_taps,
  };
  const PzResizePassArgs args = {
    .x = from.address,
    .y = to.address,
    .taps = taps.address,
    .n = (guint32) (to.bytes / sizeof (float)),
    .in_length = pass->in_length,
    .out_length = pass->out_length,
    .inner = inner,
    .max_taps = pass->max_taps,
    .inner_multiplier = by_inner.multiplier,
    .inner_shift = by_inner.shift,
    .out_multiplier = by_out.multiplier,
    .out_shift = by_out.shift,
  };
  PzDispatch make_taps = {
    .kernel = PZ_KERNEL_RESIZE_TAPS,
    .writes = { taps },
    .n_writes = 1,
    .cost = { 200.0 * pass->out_length * pass->max_taps, (gdouble) taps.bytes },
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_RESIZE_PASS,
    .reads = { from, taps },
    .n_reads = 2,
    .writes = { to },
    .n_writes = 1,
    .cost = { 2.0 * args.n * pass->max_taps, (gdouble) (from.bytes + to.bytes) },
  };

  pz_dispatch_lanes (&make_taps, pass->out_length);
  pz_dispatch_args (&make_taps, &taps_args);
  pz_lowering_add (lowering, node, &make_taps);
  pz_dispatch_lanes (&dispatch, args.n);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
resize_lower (const PzNode *node, PzLowering *lowering)
{
  const ResizePlan plan = plan_resize (node);
  const guint32 channels = node->tensor.dims[3];
  const PzRange x = { pz_lowering_address (lowering, node->src[0]),
                      pz_node_bytes (node->src[0]) };
  const PzRange y = { pz_lowering_address (lowering, node), pz_node_bytes (node) };
  const PzRange picture = { lowering->scratch_address + plan.picture_offset,
                            plan.picture_bytes };

  lower_pass (node, &plan.across, x, picture, channels, lowering);
  lower_pass (node, &plan.down, picture, y, node->tensor.dims[2] * channels, lowering);
}

const PzOpClass pz_op_resize_bicubic = {
  .name = "resize_bicubic",
  .n_src = 1,
  .shape = resize_shape,
  .scratch_bytes = resize_scratch_bytes,
  .lower = resize_lower,
};

PzTensor *
pz_resize_bicubic (PzGraph *graph, PzTensor *x, guint out_h, guint out_w)
{
  const ResizeParams params = { .height = out_h, .width = out_w };

  return (PzTensor *) pz_graph_append (graph, &pz_op_resize_bicubic, (PzTensor *const[]) { x },
                                       &params, sizeof params);
}
