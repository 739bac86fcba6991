/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-blocks-private.h"
#include "compute/ops/tuning.h"
#include "shaders/args/strided_product.h"
#include "shaders/args/softmax_gradient.h"

#include <math.h>

/* The arguments that all products share; `first` and `heads` give the entry and head of each workgroup. */
static PzStridedProductArgs
product_args (const PzAttentionBlock *part, gsize a, gsize b)
{
  return (PzStridedProductArgs) {
    .a = a,
    .b = b,
    .first = part->first_head,
    .heads = part->attention->heads,
    .scale = 1,
  };
}

/* Appends a product. y is f16 only if it is the op's result. */
static void
multiply (const PzAttentionBlock *part, PzDispatch *dispatch, const PzStridedProductArgs *args)
{
  const PzGpuLimits *limits = part->lowering->limits;
  const guint vectors = (guint) pz_div_up (args->columns, part->layout.lanes);
  const PzStridedTile tile = pz_tuning_strided (limits, args->columns, args->n_k);

  dispatch->spec[PZ_SPEC_LOCAL_X] = part->layout.lanes;
  dispatch->spec[PZ_SPEC_STRIDED_SPLITS] =
    limits->splits_loads && args->width >= part->layout.lanes;
  dispatch->spec[PZ_SPEC_STRIDED_VECTORS] = tile.vectors;
  dispatch->spec[PZ_SPEC_STRIDED_DEPTH] = tile.depth;
  dispatch->spec[PZ_SPEC_STRIDED_TAIL] = args->n_k % tile.depth != 0;
  dispatch->n_spec = PZ_SPEC_STRIDED_N;
  dispatch->subgroup_size = part->layout.lanes;
  dispatch->groups[0] = (guint) pz_div_up (args->rows, PZ_STRIDED_OUTPUTS);
  dispatch->groups[1] = (guint) pz_div_up (vectors, tile.vectors);
  dispatch->groups[2] = part->entries * part->heads;
  dispatch->cost.flops =
    2.0 * args->rows * (gdouble) args->columns * args->n_k * dispatch->groups[2];
  for (guint i = 0; i < dispatch->n_reads; i++)
    dispatch->cost.bytes += (gdouble) dispatch->reads[i].bytes;
  pz_dispatch_args (dispatch, args);
  pz_lowering_add (part->lowering, part->node, dispatch);
}

void
pz_attention_block_score (const PzAttentionBlock *part, guint a, guint b, PzRange y)
{
  const PzAttentionBackward *attention = part->attention;
  const guint head_dim = attention->width / attention->heads;
  const guint columns = part->layout.columns;
  PzStridedProductArgs args =
    product_args (part, part->floats[a].address, part->planar[b].address);
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_STRIDED_PRODUCT_F32,
    .reads = { part->floats[a], part->planar[b] },
    .n_reads = 2,
    .writes = { y },
    .n_writes = 1,
  };

  args.y = y.address;
  args.rows = attention->keys;
  args.columns = columns;
  args.n_k = head_dim;
  args.a_row = attention->width;
  args.a_k = 1;
  args.a_entry = attention->keys * attention->width;
  args.a_head = head_dim;
  args.b_k = columns;
  args.b_entry = attention->width * columns;
  args.b_head = head_dim * columns;
  args.y_row = columns;
  args.y_group = part->layout.rows * columns;
  args.width = columns;
  multiply (part, &dispatch, &args);
}

void
pz_attention_block_softmax (const PzAttentionBlock *part)
{
  const PzAttentionBackward *attention = part->attention;
  const PzAttentionBlockLayout *layout = &part->layout;
  const guint64 column = pz_lowering_address (part->lowering, attention->column);
  const guint64 bias = pz_lowering_address (part->lowering, attention->key_bias);
  const PzSoftmaxGradientArgs args = {
    .scores = part->scores.address,
    .gradients = part->gradients.address,
    .key_bias = bias != 0 ? bias + part->first_entry * attention->keys * sizeof (float) : 0,
    .column = column != 0 ? column + part->first_entry * sizeof (gint32) : 0,
    .column_gradient =
      column != 0 ? pz_attention_block_entries_of (part, PZ_ATTENTION_BLOCK_D_OUT).address : 0,
    .rows = layout->rows,
    .columns = layout->columns,
    .queries = attention->queries,
    .keys = attention->keys,
    .first_query = part->first_query,
    .first = part->first_head,
    .heads = attention->heads,
    .causal = (guint32) attention->causal,
    .scale = (float) (1 / sqrt (attention->width / attention->heads)),
  };
  const PzNode *const sources[] = { attention->column, attention->key_bias,
                                    column != 0 ? attention->d_out : NULL };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_SOFTMAX_GRADIENT,
    .subgroup_size = layout->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = layout->lanes,
              [PZ_SPEC_STRIDED_SPLITS] = part->lowering->limits->splits_loads,
              [PZ_SPEC_SOFTMAX_GRADIENT_MASKS] = attention->causal || bias != 0,
              [PZ_SPEC_SOFTMAX_GRADIENT_COLUMN] = column != 0 },
    .n_spec = PZ_SPEC_SOFTMAX_GRADIENT_N,
    .groups = { layout->columns / layout->lanes, 1, part->entries * part->heads },
    .reads = { part->scores, part->gradients },
    .n_reads = 2,
    .writes = { part->scores, part->gradients },
    .n_writes = 2,
    .cost = { .bytes = 5.0 * (gdouble) (part->scores.bytes + part->gradients.bytes) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != NULL)
      dispatch.reads[dispatch.n_reads++] =
        (PzRange) { pz_lowering_address (part->lowering, sources[i]),
                    pz_node_bytes (sources[i]) };
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (part->lowering, part->node, &dispatch);
}

gboolean
pz_attention_block_sums_in_scratch (const PzAttentionBlock *part, guint which)
{
  return which != PZ_ATTENTION_DQ && part->layout.n_blocks > 1
         && part->attention->dtype == PZ_F16;
}

PzRange
pz_attention_block_result_of (const PzAttentionBlock *part, guint which)
{
  const PzAttentionBackward *attention = part->attention;
  const gsize rows = which == PZ_ATTENTION_DQ ? attention->queries : attention->keys;
  const gsize entry = rows * attention->width * (attention->dtype == PZ_F16 ? 2 : 4);

  return (PzRange) { pz_lowering_address (part->lowering, part->node) + attention->offset[which]
                       + part->first_entry * entry,
                     part->entries * entry };
}

/* Computes one of dQ = dS K, dK = dS^T Q and dV = P^T dO. */
void
pz_attention_block_accumulate (const PzAttentionBlock *part, guint which)
{
  static const guint b_of[PZ_ATTENTION_N_GRADIENTS] = {
    [PZ_ATTENTION_DQ] = PZ_ATTENTION_BLOCK_K,
    [PZ_ATTENTION_DK] = PZ_ATTENTION_BLOCK_Q,
    [PZ_ATTENTION_DV] = PZ_ATTENTION_BLOCK_D_OUT
  };
  const PzAttentionBackward *attention = part->attention;
  const gboolean of_queries = which == PZ_ATTENTION_DQ;
  const guint b_rows = pz_attention_block_rows_of (attention, b_of[which]);
  const guint y_rows = of_queries ? attention->queries : attention->keys;
  const guint width = attention->width;
  const PzRange a = which == PZ_ATTENTION_DV ? part->scores : part->gradients;
  const PzRange b = part->floats[b_of[which]];
  const gboolean in_scratch = pz_attention_block_sums_in_scratch (part, which);
  const PzRange y = in_scratch
                      ? pz_attention_block_scratch_range (part, part->layout.sums[which],
                                                          (gsize) attention->keys * width)
                      : pz_attention_block_result_of (part, which);
  const guint y_bytes = in_scratch || attention->dtype == PZ_F32 ? 4 : 2;
  const gsize block_offset = (gsize) part->first_query * width;
  PzStridedProductArgs args = product_args (part, a.address, b.address);
  PzDispatch dispatch = {
    .kernel = y_bytes == 2 ? PZ_KERNEL_STRIDED_PRODUCT_F16 : PZ_KERNEL_STRIDED_PRODUCT_F32,
    .reads = { a, b },
    .n_reads = 2,
    .writes = { y },
    .n_writes = 1,
  };

  args.y = y.address + (of_queries ? block_offset * y_bytes : 0);
  args.b += of_queries ? 0 : block_offset * sizeof (float);
  args.rows = of_queries ? part->queries : attention->keys;
  args.columns = width / attention->heads;
  args.n_k = of_queries ? attention->keys : part->queries;
  args.a_row = of_queries ? 1 : part->layout.columns;
  args.a_k = of_queries ? part->layout.columns : 1;
  args.a_group = part->layout.rows * part->layout.columns;
  args.b_k = width;
  args.b_entry = b_rows * width;
  args.b_head = args.columns;
  args.y_row = width;
  args.y_entry = y_rows * width;
  args.y_head = args.columns;
  args.width = width;
  args.head_column = args.columns;
  if (!of_queries && part->first_query > 0)
    {
      dispatch.spec[PZ_SPEC_STRIDED_ADDS] = 1;
      dispatch.reads[dispatch.n_reads++] = y;
    }
  multiply (part, &dispatch, &args);
}
