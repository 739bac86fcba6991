/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/band-part.h"
#include "compute/ops/tuning.h"
#include "shaders/args/band_product.h"
#include "shaders/args/softmax_gradient.h"

#include <math.h>

/* What they share: entry and head of every group. */
static PzBandProductArgs
product_args (const PzBandPart *part, gsize a, gsize b)
{
  return (PzBandProductArgs) {
    .a = a,
    .b = b,
    .first = part->first_head,
    .heads = part->attention->heads,
    .scale = 1,
  };
}

/* y's dtype is halves for results alone. */
static void
multiply (const PzBandPart *part, PzDispatch *dispatch, const PzBandProductArgs *args)
{
  const PzGpuLimits *limits = part->lowering->limits;
  const guint vectors = (guint) pz_div_up (args->columns, part->layout.lanes);
  const PzBandTile tile = pz_tuning_band (limits, args->columns, args->n_k);

  dispatch->spec[PZ_SPEC_LOCAL_X] = part->layout.lanes;
  dispatch->spec[PZ_SPEC_BAND_SPLITS] =
    limits->splits_loads && args->width >= part->layout.lanes;
  dispatch->spec[PZ_SPEC_BAND_VECTORS] = tile.vectors;
  dispatch->spec[PZ_SPEC_BAND_DEPTH] = tile.depth;
  dispatch->spec[PZ_SPEC_BAND_TAIL] = args->n_k % tile.depth != 0;
  dispatch->n_spec = PZ_SPEC_BAND_N;
  dispatch->subgroup_size = part->layout.lanes;
  dispatch->groups[0] = (guint) pz_div_up (args->rows, PZ_BAND_OUTPUTS);
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
pz_band_score (const PzBandPart *part, guint a, guint b, PzRange y)
{
  const PzBandAttention *attention = part->attention;
  const guint head_dim = attention->width / attention->heads;
  const guint columns = part->layout.columns;
  PzBandProductArgs args =
    product_args (part, part->floats[a].address, part->sheets[b].address);
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_BAND_PRODUCT_F32,
    .reads = { part->floats[a], part->sheets[b] },
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
  args.y_plane = part->layout.rows * columns;
  args.width = columns;
  multiply (part, &dispatch, &args);
}

void
pz_band_soften (const PzBandPart *part)
{
  const PzBandAttention *attention = part->attention;
  const PzBandLayout *layout = &part->layout;
  const guint64 column = pz_lowering_address (part->lowering, attention->column);
  const guint64 bias = pz_lowering_address (part->lowering, attention->key_bias);
  const PzSoftmaxGradientArgs args = {
    .scores = part->scores.address,
    .gradients = part->gradients.address,
    .key_bias = bias != 0 ? bias + part->first_entry * attention->keys * sizeof (float) : 0,
    .column = column != 0 ? column + part->first_entry * sizeof (gint32) : 0,
    .column_gradient = column != 0 ? pz_band_entries_of (part, PZ_BAND_D_OUT).address : 0,
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
              [PZ_SPEC_BAND_SPLITS] = part->lowering->limits->splits_loads,
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
pz_band_sums_in_scratch (const PzBandPart *part, guint which)
{
  return which != PZ_BAND_DQ && part->layout.bands > 1 && part->attention->dtype == PZ_F16;
}

PzRange
pz_band_result_of (const PzBandPart *part, guint which)
{
  const PzBandAttention *attention = part->attention;
  const gsize rows = which == PZ_BAND_DQ ? attention->queries : attention->keys;
  const gsize entry = rows * attention->width * (attention->dtype == PZ_F16 ? 2 : 4);

  return (PzRange) { pz_lowering_address (part->lowering, part->node) + attention->offset[which]
                       + part->first_entry * entry,
                     part->entries * entry };
}

/* dQ = dS K, dK = dS^T Q, dV = P^T dO. */
void
pz_band_gather (const PzBandPart *part, guint which)
{
  static const guint b_of[PZ_BAND_N] = {
    [PZ_BAND_DQ] = PZ_BAND_K, [PZ_BAND_DK] = PZ_BAND_Q, [PZ_BAND_DV] = PZ_BAND_D_OUT
  };
  const PzBandAttention *attention = part->attention;
  const gboolean of_queries = which == PZ_BAND_DQ;
  const guint b_rows = pz_band_rows_of (attention, b_of[which]);
  const guint y_rows = of_queries ? attention->queries : attention->keys;
  const guint width = attention->width;
  const PzRange a = which == PZ_BAND_DV ? part->scores : part->gradients;
  const PzRange b = part->floats[b_of[which]];
  const gboolean aside = pz_band_sums_in_scratch (part, which);
  const PzRange y = aside ? pz_band_scratch_range (part, part->layout.sums[which],
                                                   (gsize) attention->keys * width)
                          : pz_band_result_of (part, which);
  const guint y_bytes = aside || attention->dtype == PZ_F32 ? 4 : 2;
  const gsize band = (gsize) part->first_query * width;
  PzBandProductArgs args = product_args (part, a.address, b.address);
  PzDispatch dispatch = {
    .kernel = y_bytes == 2 ? PZ_KERNEL_BAND_PRODUCT_F16 : PZ_KERNEL_BAND_PRODUCT_F32,
    .reads = { a, b },
    .n_reads = 2,
    .writes = { y },
    .n_writes = 1,
  };

  args.y = y.address + (of_queries ? band * y_bytes : 0);
  args.b += of_queries ? 0 : band * sizeof (float);
  args.rows = of_queries ? part->queries : attention->keys;
  args.columns = width / attention->heads;
  args.n_k = of_queries ? attention->keys : part->queries;
  args.a_row = of_queries ? 1 : part->layout.columns;
  args.a_k = of_queries ? part->layout.columns : 1;
  args.a_plane = part->layout.rows * part->layout.columns;
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
      dispatch.spec[PZ_SPEC_BAND_ADDS] = 1;
      dispatch.reads[dispatch.n_reads++] = y;
    }
  multiply (part, &dispatch, &args);
}
