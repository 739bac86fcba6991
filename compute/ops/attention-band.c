/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-band.h"

#include "compute/ops/tuning.h"
#include "compute/ops/widen.h"
#include "shaders/args/band_product.h"
#include "shaders/args/cast.h"
#include "shaders/args/sheet.h"
#include "shaders/args/softmax_grad.h"

#include <math.h>

enum
{
  Q,
  K,
  V,
  D_OUT,
  N_TENSORS,
};

/* How the work is cut, and where things lie in scratch. A function of shapes and limits. */
typedef struct
{
  guint lanes;
  guint rows; /* of scores: keys, and some behind them */
  guint columns; /* of scores: queries of a band, and some behind them */
  guint bands; /* of one batch entry */
  guint entries; /* batch entries at a time; 1 where there are several bands */
  guint heads; /* at a time; all where there are several entries */
  gsize floats[N_TENSORS]; /* offsets of widened tensors */
  gsize sheets[N_TENSORS]; /* of turned ones: Q and D_OUT */
  gsize scores;
  gsize grads;
  gsize sums[PZ_BAND_N]; /* of dK and dV over the bands, where the result has halves */
  gsize bytes;
} Layout;

/* What one round of dispatches works on. */
typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzBandAttention *attention;
  Layout layout;
  guint first_entry;
  guint entries;
  guint first_query;
  guint queries; /* of the band */
  guint first_head;
  guint heads;
  PzRange floats[N_TENSORS]; /* the entries' rows as floats */
  PzRange sheets[N_TENSORS];
  PzRange scores;
  PzRange grads;
} Part;

static gboolean
has (const PzBandAttention *attention, guint tensor)
{
  return attention->column == NULL || tensor == Q || tensor == K;
}

static guint
rows_of (const PzBandAttention *attention, guint tensor)
{
  return tensor == Q || tensor == D_OUT ? attention->queries : attention->keys;
}

static gsize
take (Layout *layout, gsize n_floats)
{
  const gsize at = layout->bytes;

  layout->bytes += pz_div_up (n_floats * sizeof (float), 256) * 256;
  return at;
}

/* As many heads, or else as many queries of one head, as the band's bytes hold. */
static void
cut (const PzGpuLimits *limits, const PzBandAttention *attention, Layout *layout)
{
  const gsize fit = pz_tuning_band_bytes (limits) / (2 * sizeof (float)) / layout->rows;
  const gsize all = pz_div_up (attention->queries, layout->lanes) * layout->lanes;

  if (all <= fit)
    {
      const gsize heads = fit / all;

      layout->columns = (guint) all;
      layout->heads = (guint) MIN (attention->heads, heads);
      layout->entries = (guint) CLAMP (heads / attention->heads, 1, attention->batch);
    }
  else
    {
      layout->columns = (guint) MAX (fit / layout->lanes, 1) * layout->lanes;
      layout->heads = 1;
      layout->entries = 1;
    }
  layout->bands = (guint) pz_div_up (attention->queries, layout->columns);
}

static Layout
layout_of (const PzGpuLimits *limits, const PzBandAttention *attention)
{
  Layout layout = {
    .lanes = limits->subgroup_size,
    .rows = (guint) pz_div_up (attention->keys, PZ_BAND_KEYS) * PZ_BAND_KEYS,
  };
  gsize plane;

  cut (limits, attention, &layout);
  plane = (gsize) layout.entries * layout.heads * layout.rows * layout.columns;
  for (guint i = 0; i < N_TENSORS; i++)
    {
      const gsize width = (gsize) layout.entries * attention->width;

      if (has (attention, i) && attention->dtype == PZ_F16)
        layout.floats[i] = take (&layout, width * rows_of (attention, i));
      if (has (attention, i) && (i == Q || i == D_OUT))
        layout.sheets[i] = take (&layout, width * layout.columns);
    }
  layout.scores = take (&layout, plane);
  layout.grads = take (&layout, plane);
  for (guint i = PZ_BAND_DK; i < PZ_BAND_N; i++)
    if (layout.bands > 1 && attention->dtype == PZ_F16)
      layout.sums[i] = take (&layout, (gsize) attention->keys * attention->width);
  return layout;
}

gsize
pz_attention_band_scratch_bytes (const PzGpuLimits *limits, const PzBandAttention *attention)
{
  return layout_of (limits, attention).bytes;
}

static const PzNode *
tensor_of (const PzBandAttention *attention, guint tensor)
{
  const PzNode *const tensors[N_TENSORS] = {
    [Q] = attention->q,
    [K] = attention->k,
    [V] = attention->v,
    [D_OUT] = attention->d_out,
  };

  return tensors[tensor];
}

/* The rows that the part's entries have of a tensor. */
static PzRange
entries_of (const Part *part, guint tensor)
{
  const PzNode *node = tensor_of (part->attention, tensor);
  const gsize bytes = pz_node_bytes (node) / part->attention->batch;

  return (PzRange) { pz_lowering_address (part->lowering, node) + part->first_entry * bytes,
                     part->entries * bytes };
}

static PzRange
scratch_range (const Part *part, gsize offset, gsize n_floats)
{
  return (PzRange) { part->lowering->scratch_address + offset, n_floats * sizeof (float) };
}

/* ---- before the products ---- */

static void
widen (Part *part)
{
  for (guint i = 0; i < N_TENSORS; i++)
    {
      if (!has (part->attention, i))
        continue;
      part->floats[i] = entries_of (part, i);
      if (part->attention->dtype == PZ_F16)
        {
          const guint64 halves = part->floats[i].address;

          part->floats[i] = scratch_range (part, part->layout.floats[i],
                                           part->floats[i].bytes / sizeof (guint16));
          pz_widen_lower (part->node, part->lowering, halves, part->floats[i]);
        }
    }
}

/* The band's rows of a tensor of queries, with those of one column side by side. */
static void
turn (Part *part, guint tensor)
{
  const PzBandAttention *attention = part->attention;
  const Layout *layout = &part->layout;
  const guint line = layout->bands > 1 ? layout->columns : attention->queries;
  const guint rows = part->entries * attention->queries;
  const PzSheetArgs args = {
    .x = part->floats[tensor].address,
    .sheet = part->lowering->scratch_address + layout->sheets[tensor],
    .pixels = rows,
    .height = (guint32) pz_div_up (rows, line),
    .width = line,
    .channels = attention->width,
    .columns = layout->columns,
    .phase_columns = layout->columns,
    .stride = 1,
    .first_line = (gint32) (part->first_query / line),
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_SHEET_F32,
    .spec = { [PZ_SPEC_LOCAL_X] = layout->lanes,
              [PZ_SPEC_SHEET_EDGE] = attention->width % PZ_SHEET_CHANNELS != 0 },
    .n_spec = PZ_SPEC_SHEET_EDGE_N,
    .groups = { part->entries, (guint) pz_div_up (attention->width, PZ_SHEET_CHANNELS), 1 },
    .reads = { part->floats[tensor] },
    .n_reads = 1,
    .n_writes = 1,
  };

  part->sheets[tensor] =
    scratch_range (part, layout->sheets[tensor],
                   (gsize) part->entries * attention->width * layout->columns);
  dispatch.writes[0] = part->sheets[tensor];
  dispatch.cost.bytes = 2.0 * (gdouble) part->sheets[tensor].bytes;
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (part->lowering, part->node, &dispatch);
}

/* ---- products ---- */

/* What they share: entry and head of every group. */
static PzBandProductArgs
product_args (const Part *part, gsize a, gsize b)
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
multiply (const Part *part, PzDispatch *dispatch, const PzBandProductArgs *args)
{
  const PzGpuLimits *limits = part->lowering->limits;
  const guint vectors = (guint) pz_div_up (args->columns, part->layout.lanes);
  const PzBandTile tile = pz_tuning_band (limits, args->columns, args->n_k);

  dispatch->spec[PZ_SPEC_LOCAL_X] = part->layout.lanes;
  dispatch->spec[PZ_SPEC_BAND_SPLITS] =
    limits->splits_loads && args->width >= part->layout.lanes;
  dispatch->spec[PZ_SPEC_BAND_VECTORS] = tile.vectors;
  dispatch->spec[PZ_SPEC_BAND_DEPTH] = tile.depth;
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

/* scores = K Q^T and the like: a row a key, a column a query. */
static void
score (const Part *part, guint a, guint b, PzRange y)
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

static void
soften (const Part *part)
{
  const PzBandAttention *attention = part->attention;
  const Layout *layout = &part->layout;
  const guint64 column = pz_lowering_address (part->lowering, attention->column);
  const guint64 bias = pz_lowering_address (part->lowering, attention->key_bias);
  const PzSoftmaxGradArgs args = {
    .scores = part->scores.address,
    .grads = part->grads.address,
    .key_bias =
      bias != 0 ? bias + part->first_entry * attention->keys * sizeof (float) : 0,
    .column = column != 0 ? column + part->first_entry * sizeof (gint32) : 0,
    .column_grad = column != 0 ? entries_of (part, D_OUT).address : 0,
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
    .kernel = PZ_KERNEL_SOFTMAX_GRAD,
    .subgroup_size = layout->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = layout->lanes,
              [PZ_SPEC_BAND_SPLITS] = part->lowering->limits->splits_loads,
              [PZ_SPEC_SOFTMAX_GRAD_MASKS] = attention->causal || bias != 0,
              [PZ_SPEC_SOFTMAX_GRAD_COLUMN] = column != 0 },
    .n_spec = PZ_SPEC_SOFTMAX_GRAD_N,
    .groups = { layout->columns / layout->lanes, 1, part->entries * part->heads },
    .reads = { part->scores, part->grads },
    .n_reads = 2,
    .writes = { part->scores, part->grads },
    .n_writes = 2,
    .cost = { .bytes = 5.0 * (gdouble) (part->scores.bytes + part->grads.bytes) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != NULL)
      dispatch.reads[dispatch.n_reads++] =
        (PzRange) { pz_lowering_address (part->lowering, sources[i]),
                    pz_node_bytes (sources[i]) };
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (part->lowering, part->node, &dispatch);
}

/* Where a gradient's sums lie: in the result, or in scratch until the last band. */
static gboolean
sums_in_scratch (const Part *part, guint which)
{
  return which != PZ_BAND_DQ && part->layout.bands > 1 && part->attention->dtype == PZ_F16;
}

/* The part's entries of a gradient in the result. */
static PzRange
result_of (const Part *part, guint which)
{
  const PzBandAttention *attention = part->attention;
  const gsize rows = which == PZ_BAND_DQ ? attention->queries : attention->keys;
  const gsize entry = rows * attention->width * (attention->dtype == PZ_F16 ? 2 : 4);

  return (PzRange) { pz_lowering_address (part->lowering, part->node) + attention->offset[which]
                       + part->first_entry * entry,
                     part->entries * entry };
}

/* dQ = dS K, dK = dS^T Q, dV = P^T dO. */
static void
gather (const Part *part, guint which)
{
  static const guint b_of[PZ_BAND_N] = { [PZ_BAND_DQ] = K, [PZ_BAND_DK] = Q, [PZ_BAND_DV] = D_OUT };
  const PzBandAttention *attention = part->attention;
  const gboolean of_queries = which == PZ_BAND_DQ;
  const guint b_rows = rows_of (attention, b_of[which]);
  const guint y_rows = of_queries ? attention->queries : attention->keys;
  const guint width = attention->width;
  const PzRange a = which == PZ_BAND_DV ? part->scores : part->grads;
  const PzRange b = part->floats[b_of[which]];
  const gboolean aside = sums_in_scratch (part, which);
  const PzRange y = aside ? scratch_range (part, part->layout.sums[which],
                                           (gsize) attention->keys * width)
                          : result_of (part, which);
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
  args.accumulates = !of_queries && part->first_query > 0;
  if (args.accumulates)
    dispatch.reads[dispatch.n_reads++] = y;
  multiply (part, &dispatch, &args);
}

/* ---- rounds ---- */

static void
lower_heads (Part *part)
{
  const PzBandAttention *attention = part->attention;
  const gsize plane = (gsize) part->layout.rows * part->layout.columns;
  const gsize n = plane * part->entries * part->heads;

  part->scores = scratch_range (part, part->layout.scores, n);
  part->grads = scratch_range (part, part->layout.grads, n);
  score (part, K, Q, part->scores);
  if (attention->column == NULL)
    score (part, V, D_OUT, part->grads);
  soften (part);
  for (guint i = 0; i < PZ_BAND_N; i++)
    if (attention->offset[i] != G_MAXSIZE)
      gather (part, i);
}

/* Sums that lie in scratch become the result. */
static void
narrow (const Part *part, guint which)
{
  const PzRange y = result_of (part, which);
  const PzCastArgs args = { .x = part->lowering->scratch_address + part->layout.sums[which],
                            .y = y.address,
                            .n = (guint32) (y.bytes / sizeof (guint16)) };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_CAST_F16,
    .reads = { { args.x, (gsize) args.n * sizeof (float) } },
    .n_reads = 1,
    .writes = { y },
    .n_writes = 1,
    .cost = { .bytes = 3.0 * (gdouble) y.bytes },
  };

  pz_dispatch_lanes (&dispatch, pz_div_up (args.n, 4));
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (part->lowering, part->node, &dispatch);
}

static void
lower_entries (Part *part)
{
  const PzBandAttention *attention = part->attention;

  widen (part);
  for (part->first_query = 0; part->first_query < attention->queries;
       part->first_query += part->layout.columns)
    {
      part->queries = MIN (part->layout.columns, attention->queries - part->first_query);
      for (guint i = 0; i < N_TENSORS; i++)
        if (has (attention, i) && (i == Q || i == D_OUT))
          turn (part, i);
      for (part->first_head = 0; part->first_head < attention->heads;
           part->first_head += part->layout.heads)
        {
          part->heads = MIN (part->layout.heads, attention->heads - part->first_head);
          lower_heads (part);
        }
    }
  for (guint i = 0; i < PZ_BAND_N; i++)
    if (attention->offset[i] != G_MAXSIZE && sums_in_scratch (part, i))
      narrow (part, i);
}

void
pz_attention_band_lower (const PzNode *node,
                         PzLowering *lowering,
                         const PzBandAttention *attention)
{
  Part part = {
    .node = node,
    .lowering = lowering,
    .attention = attention,
    .layout = layout_of (lowering->limits, attention),
  };

  for (; part.first_entry < attention->batch; part.first_entry += part.layout.entries)
    {
      part.entries = MIN (part.layout.entries, attention->batch - part.first_entry);
      lower_entries (&part);
    }
}
