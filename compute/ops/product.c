/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/product.h"

#include "shaders/args/matmul.h"

gboolean
pz_product_takes_weight (const PzTensor *x, const PzTensor *weight)
{
  return weight->dtype == x->dtype
         || (weight->dtype == PZ_ROWS8 && weight->dims[weight->n_dims - 1] % 4 == 0);
}

gboolean
pz_product_is_packed (const PzNode *node)
{
  return node->src[PZ_PRODUCT_W]->tensor.dtype == PZ_ROWS8;
}

guint64
pz_product_scales (const PzNode *node, const PzLowering *lowering)
{
  const PzNode *weight = node->src[PZ_PRODUCT_W];

  return pz_lowering_address (lowering, weight) + pz_node_n_elements (weight);
}

guint
pz_product_kernel (const PzNode *node, const PzProductKernels kernels[2])
{
  const PzProductKernels *form = &kernels[pz_product_is_packed (node)];

  return pz_kernel_for (node->tensor.dtype, form->f16, form->f32);
}

void
pz_product_take_epilogue (const PzEpilogue *epilogue,
                          PzTensor *src[PZ_PRODUCT_N_SRC],
                          PzProductActs *acts)
{
  if (epilogue == NULL)
    return;
  src[PZ_PRODUCT_BIAS] = epilogue->bias;
  src[PZ_PRODUCT_BATCH_BIAS] = epilogue->batch_bias;
  src[PZ_PRODUCT_RESIDUAL] = epilogue->residual;
  acts->act = epilogue->act;
  acts->act_out = epilogue->act_out;
}

gboolean
pz_product_check_epilogue (const PzNode *node, const PzProductActs *acts, GError **error)
{
  const PzTensor *y = &node->tensor;
  const guint n = y->dims[y->n_dims - 1];
  const struct
  {
    guint src;
    const char *name;
    guint n_dims;
    const guint *dims;
  } rules[] = {
    { PZ_PRODUCT_BIAS, "bias", 1, (const guint[]) { n } },
    { PZ_PRODUCT_BATCH_BIAS, "batch_bias", 2, (const guint[]) { y->dims[0], n } },
    { PZ_PRODUCT_RESIDUAL, "residual", y->n_dims, y->dims },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const PzNode *source = node->src[rules[i].src];

      if (source == NULL)
        continue;
      if (source->tensor.dtype != y->dtype)
        return pz_refuse (error, "expected %s of the result's dtype", rules[i].name);
      if (!pz_require_dims (source, rules[i].name, rules[i].n_dims, rules[i].dims, error))
        return FALSE;
    }
  if (acts->act >= PZ_N_ACTS || acts->act_out >= PZ_N_ACTS)
    return pz_refuse (error, "expected activations below %d, found %d and %d", PZ_N_ACTS,
                      acts->act, acts->act_out);
  return TRUE;
}

PzProductActs
pz_product_acts (const PzNode *node, const PzProductActs *acts)
{
  if (node->src[PZ_PRODUCT_RESIDUAL] != NULL || acts->act_out != PZ_ACT_NONE)
    return *acts;
  return (PzProductActs) { .act = PZ_ACT_NONE, .act_out = acts->act };
}

gboolean
pz_product_take_addend (PzNode *node, PzNode *addend)
{
  const PzProductActs *acts = (const PzProductActs *) node->params.bytes;

  if (node->src[PZ_PRODUCT_RESIDUAL] != NULL || acts->act_out != PZ_ACT_NONE)
    return FALSE;
  node->src[PZ_PRODUCT_RESIDUAL] = addend;
  return TRUE;
}

gboolean
pz_product_is_coop (const PzNode *node,
                    const PzGpuLimits *limits,
                    gsize m_per_entry,
                    guint n,
                    guint k)
{
  return node->tensor.dtype == PZ_F16 && pz_tuning_use_coop (limits, m_per_entry, n, k);
}

guint64
pz_product_address (const PzNode *node, const PzLowering *lowering, guint src)
{
  return src < node->op->n_src ? pz_lowering_address (lowering, node->src[src]) : 0;
}

void
pz_product_add_ranges (const PzNode *node,
                       const PzLowering *lowering,
                       gsize offset,
                       gsize n_bytes,
                       PzDispatch *dispatch)
{
  const guint64 residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL);
  const guint64 y = pz_lowering_address (lowering, node);

  for (guint src = PZ_PRODUCT_BIAS; src <= PZ_PRODUCT_BATCH_BIAS; src++)
    if (node->src[src] != NULL)
      dispatch->reads[dispatch->n_reads++] =
        (PzRange) { pz_lowering_address (lowering, node->src[src]),
                    pz_node_bytes (node->src[src]) };
  if (residual != 0)
    dispatch->reads[dispatch->n_reads++] = (PzRange) { residual + offset, n_bytes };
  dispatch->writes[dispatch->n_writes++] = (PzRange) { y + offset, n_bytes };
}

/* Row tiles are counted along x, folded into z; column tiles along y. */
static void
set_groups (PzDispatch *dispatch, gsize row_tiles, gsize column_tiles)
{
  dispatch->groups[0] = (guint) MIN (row_tiles, PZ_FOLD);
  dispatch->groups[1] = (guint) column_tiles;
  dispatch->groups[2] = (guint) pz_div_up (row_tiles, PZ_FOLD);
}

static void
dispatch_plain (PzDispatch *dispatch, const PzLowering *lowering, const PzProductShape *shape)
{
  const PzPlainTile tile = pz_tuning_plain (lowering->limits, shape->form, shape->m, shape->n);

  dispatch->spec[PZ_SPEC_LOCAL_X] = tile.lanes;
  dispatch->spec[PZ_SPEC_PRODUCT_ROWS] = tile.rows;
  dispatch->spec[PZ_SPEC_PRODUCT_COLS] = tile.cols;
  dispatch->spec[PZ_SPEC_PRODUCT_ALIGNED] = shape->run % 4 == 0;
  dispatch->spec[PZ_SPEC_PRODUCT_PACKED] = tile.cols == 4 && shape->n % 4 == 0;
  dispatch->spec[PZ_SPEC_PRODUCT_ACT] = shape->acts.act;
  dispatch->spec[PZ_SPEC_PRODUCT_ACT_OUT] = shape->acts.act_out;
  dispatch->n_spec = PZ_SPEC_PRODUCT_N;
  set_groups (dispatch, pz_div_up (shape->m, tile.rows),
              pz_div_up (shape->n, tile.lanes * tile.cols));
}

/* The first of step, 8 and 4 that divides `run`, else 1: a whole step, or the elements that one load can read. */
static guint
alignment_of (guint run, guint step)
{
  const guint wanted[] = { step, 8, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (run % wanted[i] == 0)
      return wanted[i];
  return 1;
}

static void
dispatch_coop (PzDispatch *dispatch,
               const PzLowering *lowering,
               const PzProductShape *shape,
               guint splits)
{
  const PzGpuLimits *limits = lowering->limits;
  const PzCoopTile tile = pz_tuning_coop (limits, shape->m, shape->n);

  dispatch->subgroup_size = limits->coop_subgroup_size;
  dispatch->spec[PZ_SPEC_LOCAL_X] =
    tile.subgroups_m * tile.subgroups_n * limits->coop_subgroup_size;
  dispatch->spec[PZ_SPEC_COOP_M] = limits->coop_m;
  dispatch->spec[PZ_SPEC_COOP_N] = limits->coop_n;
  dispatch->spec[PZ_SPEC_COOP_K] = limits->coop_k;
  dispatch->spec[PZ_SPEC_COOP_FRAGMENTS_M] = tile.fragments_m;
  dispatch->spec[PZ_SPEC_COOP_FRAGMENTS_N] = tile.fragments_n;
  dispatch->spec[PZ_SPEC_COOP_SUBGROUPS_M] = tile.subgroups_m;
  dispatch->spec[PZ_SPEC_COOP_SUBGROUPS_N] = tile.subgroups_n;
  dispatch->spec[PZ_SPEC_COOP_STEP_K] = limits->coop_k * tile.step_k;
  dispatch->spec[PZ_SPEC_COOP_ALIGNED] =
    alignment_of (shape->run, limits->coop_k * tile.step_k);
  dispatch->spec[PZ_SPEC_COOP_ACT] = shape->acts.act;
  dispatch->spec[PZ_SPEC_COOP_ACT_OUT] = shape->acts.act_out;
  dispatch->n_spec = PZ_SPEC_COOP_N_SPEC;
  set_groups (dispatch,
              pz_div_up (shape->m, limits->coop_m * tile.fragments_m * tile.subgroups_m),
              splits
                * pz_div_up (shape->n, limits->coop_n * tile.fragments_n * tile.subgroups_n));
}

static void
dispatch_blocked (PzDispatch *dispatch,
                  const PzLowering *lowering,
                  const PzProductShape *shape,
                  guint splits)
{
  const PzBlockedTile tile = pz_tuning_blocked (lowering->limits, shape->m, shape->n);

  dispatch->spec[PZ_SPEC_LOCAL_X] = tile.lanes_m * tile.lanes_n;
  dispatch->spec[PZ_SPEC_BLOCKED_ROWS] = tile.rows;
  dispatch->spec[PZ_SPEC_BLOCKED_COLS] = tile.cols;
  dispatch->spec[PZ_SPEC_BLOCKED_LANES_N] = tile.lanes_n;
  dispatch->spec[PZ_SPEC_BLOCKED_STEP_K] = tile.step_k;
  dispatch->spec[PZ_SPEC_BLOCKED_ALIGNED] = alignment_of (shape->run, tile.step_k);
  dispatch->spec[PZ_SPEC_BLOCKED_ACT] = shape->acts.act;
  dispatch->spec[PZ_SPEC_BLOCKED_ACT_OUT] = shape->acts.act_out;
  dispatch->n_spec = PZ_SPEC_BLOCKED_N;
  set_groups (dispatch, pz_div_up (shape->m, tile.rows * tile.lanes_m),
              splits * pz_div_up (shape->n, tile.cols * tile.lanes_n));
}

void
pz_product_dispatch (const PzNode *node,
                     const PzLowering *lowering,
                     const PzProductKernels kernels[2],
                     const PzProductShape *shape,
                     PzDispatch *dispatch)
{
  const PzProductKernels *form = &kernels[pz_product_is_packed (node)];
  const guint splits = pz_product_splits (node, lowering->limits, shape);

  if (pz_product_is_coop (node, lowering->limits, shape->m_per_entry, shape->n, shape->k))
    {
      dispatch->kernel = form->coop;
      dispatch_coop (dispatch, lowering, shape, splits);
    }
  else if (node->tensor.dtype == PZ_F16
           && pz_tuning_use_blocked (lowering->limits, shape->m_per_entry, shape->n))
    {
      dispatch->kernel = pz_tuning_use_packed (lowering->limits) ? form->packed : form->blocked;
      dispatch_blocked (dispatch, lowering, shape, splits);
    }
  else
    {
      dispatch->kernel = pz_product_kernel (node, kernels);
      dispatch_plain (dispatch, lowering, shape);
    }
}

PzProductShape
pz_product_shape (const PzProduct *product)
{
  return (PzProductShape) {
    .form = PZ_PLAIN_MATMUL,
    .m = product->m,
    .m_per_entry = product->m_per_entry,
    .n = product->n,
    .k = product->k,
    /* Every row must be aligned, not only the first: the bitwise or is a multiple of 4 or 8 only if all of these are. */
    .run = product->k | product->x_row | product->w_row | product->x_batch | product->w_batch,
    .acts = product->acts,
    .whole = product->whole,
  };
}

void
pz_product_lower (const PzNode *node, PzLowering *lowering, const PzProduct *product)
{
  const guint n_batches = MAX (product->n_batches, 1);
  const PzProductShape shape = pz_product_shape (product);
  static const PzProductKernels kernels[] = {
    { PZ_KERNEL_MATMUL_F16, PZ_KERNEL_MATMUL_F32, PZ_KERNEL_MATMUL_COOP,
      PZ_KERNEL_MATMUL_BLOCKED, PZ_KERNEL_MATMUL_BLOCKED_PACKED },
    { PZ_KERNEL_MATMUL_F16_W8, PZ_KERNEL_MATMUL_F32_W8, PZ_KERNEL_MATMUL_COOP_W8,
      PZ_KERNEL_MATMUL_BLOCKED_W8, PZ_KERNEL_MATMUL_BLOCKED_PACKED_W8 },
  };
  PzDispatch dispatch = { 0 };
  PzMatmulArgs args = {
    .x = pz_lowering_address (lowering, product->x),
    .w = pz_lowering_address (lowering, product->w),
    .y = pz_product_target (node, lowering, &shape),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) product->m,
    .n = product->n,
    .rows_per_batch = (guint32) product->m_per_entry,
    .k = product->k,
    .x_row = product->x_row,
    .w_row = product->w_row,
    .x_batch = product->x_batch,
    .w_batch = product->w_batch,
    .y_batch = (guint32) product->m * product->n,
    .splits = pz_product_splits (node, lowering->limits, &shape),
  };

  pz_product_dispatch (node, lowering, kernels, &shape, &dispatch);
  args.folds = dispatch.groups[2];
  dispatch.groups[2] *= n_batches;
  pz_dispatch_args (&dispatch, &args);
  pz_product_cost (node, product->k, &dispatch.cost);
  pz_product_add (node, lowering, &shape, &dispatch);
}

void
pz_product_cost (const PzNode *node, guint64 k, PzCost *cost)
{
  pz_cost_elementwise (node, 2.0 * (gdouble) k, cost);
}
