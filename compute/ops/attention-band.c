/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/band-part.h"

#include "compute/ops/tuning.h"
#include "compute/ops/widen.h"
#include "shaders/args/cast.h"
#include "shaders/args/sheet.h"

static gboolean
has (const PzBandAttention *attention, guint tensor)
{
  return attention->column == NULL || tensor == PZ_BAND_Q || tensor == PZ_BAND_K;
}

guint
pz_band_rows_of (const PzBandAttention *attention, guint tensor)
{
  return tensor == PZ_BAND_Q || tensor == PZ_BAND_D_OUT ? attention->queries : attention->keys;
}

static gsize
take (PzBandLayout *layout, gsize n_floats)
{
  const gsize at = layout->bytes;

  layout->bytes += pz_div_up (n_floats * sizeof (float), 256) * 256;
  return at;
}

/* As many heads, or else as many queries of one head, as the band's bytes hold. */
static void
cut (const PzGpuLimits *limits, const PzBandAttention *attention, PzBandLayout *layout)
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

static PzBandLayout
layout_of (const PzGpuLimits *limits, const PzBandAttention *attention)
{
  PzBandLayout layout = {
    .lanes = limits->subgroup_size,
    .rows = (guint) pz_div_up (attention->keys, PZ_BAND_KEYS) * PZ_BAND_KEYS,
  };
  gsize plane;

  cut (limits, attention, &layout);
  plane = (gsize) layout.entries * layout.heads * layout.rows * layout.columns;
  for (guint i = 0; i < PZ_BAND_N_TENSORS; i++)
    {
      const gsize width = (gsize) layout.entries * attention->width;

      if (has (attention, i) && attention->dtype == PZ_F16)
        layout.floats[i] = take (&layout, width * pz_band_rows_of (attention, i));
      if (has (attention, i) && (i == PZ_BAND_Q || i == PZ_BAND_D_OUT))
        layout.sheets[i] = take (&layout, width * layout.columns);
    }
  layout.scores = take (&layout, plane);
  layout.gradients = take (&layout, plane);
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
  const PzNode *const tensors[PZ_BAND_N_TENSORS] = {
    [PZ_BAND_Q] = attention->q,
    [PZ_BAND_K] = attention->k,
    [PZ_BAND_V] = attention->v,
    [PZ_BAND_D_OUT] = attention->d_out,
  };

  return tensors[tensor];
}

PzRange
pz_band_entries_of (const PzBandPart *part, guint tensor)
{
  const PzNode *node = tensor_of (part->attention, tensor);
  const gsize bytes = pz_node_bytes (node) / part->attention->batch;

  return (PzRange) { pz_lowering_address (part->lowering, node) + part->first_entry * bytes,
                     part->entries * bytes };
}

PzRange
pz_band_scratch_range (const PzBandPart *part, gsize offset, gsize n_floats)
{
  return (PzRange) { part->lowering->scratch_address + offset, n_floats * sizeof (float) };
}

/* ---- before the products ---- */

static void
widen (PzBandPart *part)
{
  for (guint i = 0; i < PZ_BAND_N_TENSORS; i++)
    {
      if (!has (part->attention, i))
        continue;
      part->floats[i] = pz_band_entries_of (part, i);
      if (part->attention->dtype == PZ_F16)
        {
          const guint64 halves = part->floats[i].address;

          part->floats[i] = pz_band_scratch_range (part, part->layout.floats[i],
                                                   part->floats[i].bytes / sizeof (guint16));
          pz_widen_lower (part->node, part->lowering, halves, part->floats[i]);
        }
    }
}

/* The band's rows of a tensor of queries, with those of one column side by side. */
static void
turn (PzBandPart *part, guint tensor)
{
  const PzBandAttention *attention = part->attention;
  const PzBandLayout *layout = &part->layout;
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
    pz_band_scratch_range (part, layout->sheets[tensor],
                           (gsize) part->entries * attention->width * layout->columns);
  dispatch.writes[0] = part->sheets[tensor];
  dispatch.cost.bytes = 2.0 * (gdouble) part->sheets[tensor].bytes;
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (part->lowering, part->node, &dispatch);
}

/* ---- rounds ---- */

static void
lower_heads (PzBandPart *part)
{
  const PzBandAttention *attention = part->attention;
  const gsize plane = (gsize) part->layout.rows * part->layout.columns;
  const gsize n = plane * part->entries * part->heads;

  part->scores = pz_band_scratch_range (part, part->layout.scores, n);
  part->gradients = pz_band_scratch_range (part, part->layout.gradients, n);
  pz_band_score (part, PZ_BAND_K, PZ_BAND_Q, part->scores);
  if (attention->column == NULL)
    pz_band_score (part, PZ_BAND_V, PZ_BAND_D_OUT, part->gradients);
  pz_band_soften (part);
  for (guint i = 0; i < PZ_BAND_N; i++)
    if (attention->offset[i] != G_MAXSIZE)
      pz_band_gather (part, i);
}

/* Sums that lie in scratch become the result. */
static void
narrow (const PzBandPart *part, guint which)
{
  const PzRange y = pz_band_result_of (part, which);
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
lower_entries (PzBandPart *part)
{
  const PzBandAttention *attention = part->attention;

  widen (part);
  for (part->first_query = 0; part->first_query < attention->queries;
       part->first_query += part->layout.columns)
    {
      part->queries = MIN (part->layout.columns, attention->queries - part->first_query);
      for (guint i = 0; i < PZ_BAND_N_TENSORS; i++)
        if (has (attention, i) && (i == PZ_BAND_Q || i == PZ_BAND_D_OUT))
          turn (part, i);
      for (part->first_head = 0; part->first_head < attention->heads;
           part->first_head += part->layout.heads)
        {
          part->heads = MIN (part->layout.heads, attention->heads - part->first_head);
          lower_heads (part);
        }
    }
  for (guint i = 0; i < PZ_BAND_N; i++)
    if (attention->offset[i] != G_MAXSIZE && pz_band_sums_in_scratch (part, i))
      narrow (part, i);
}

void
pz_attention_band_lower (const PzNode *node,
                         PzLowering *lowering,
                         const PzBandAttention *attention)
{
  PzBandPart part = {
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
