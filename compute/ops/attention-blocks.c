/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-blocks-private.h"

#include "compute/ops/tuning.h"
#include "compute/ops/to-f32.h"
#include "compute/ops/to-planar.h"
#include "shaders/args/cast.h"

static gboolean
uses (const PzAttentionBackward *attention, guint tensor)
{
  return attention->column == NULL || tensor == PZ_ATTENTION_BLOCK_Q
         || tensor == PZ_ATTENTION_BLOCK_K;
}

guint
pz_attention_block_rows_of (const PzAttentionBackward *attention, guint tensor)
{
  return tensor == PZ_ATTENTION_BLOCK_Q || tensor == PZ_ATTENTION_BLOCK_D_OUT
           ? attention->queries
           : attention->keys;
}

static gsize
reserve (PzAttentionBlockLayout *layout, gsize n_floats)
{
  const gsize at = layout->bytes;

  layout->bytes += pz_div_up (n_floats * sizeof (float), 256) * 256;
  return at;
}

/* Chooses as many heads as fit in a block, or, if not even one head fits, as many queries of one head. */
static void
choose_block (const PzGpuLimits *limits,
              const PzAttentionBackward *attention,
              PzAttentionBlockLayout *layout)
{
  const gsize fit =
    pz_tuning_attention_block_bytes (limits) / (2 * sizeof (float)) / layout->rows;
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
  layout->n_blocks = (guint) pz_div_up (attention->queries, layout->columns);
}

static PzAttentionBlockLayout
layout_of (const PzGpuLimits *limits, const PzAttentionBackward *attention)
{
  PzAttentionBlockLayout layout = {
    .lanes = limits->subgroup_size,
    .rows =
      (guint) pz_div_up (attention->keys, PZ_SOFTMAX_GRADIENT_KEYS) * PZ_SOFTMAX_GRADIENT_KEYS,
  };
  gsize plane;

  choose_block (limits, attention, &layout);
  plane = (gsize) layout.entries * layout.heads * layout.rows * layout.columns;
  for (guint i = 0; i < PZ_ATTENTION_BLOCK_N_TENSORS; i++)
    {
      const gsize width = (gsize) layout.entries * attention->width;

      if (uses (attention, i) && attention->dtype == PZ_F16)
        layout.floats[i] = reserve (&layout, width * pz_attention_block_rows_of (attention, i));
      if (uses (attention, i) && (i == PZ_ATTENTION_BLOCK_Q || i == PZ_ATTENTION_BLOCK_D_OUT))
        layout.planar[i] = reserve (&layout, width * layout.columns);
    }
  layout.scores = reserve (&layout, plane);
  layout.gradients = reserve (&layout, plane);
  for (guint i = PZ_ATTENTION_DK; i < PZ_ATTENTION_N_GRADIENTS; i++)
    if (layout.n_blocks > 1 && attention->dtype == PZ_F16)
      layout.sums[i] = reserve (&layout, (gsize) attention->keys * attention->width);
  return layout;
}

gsize
pz_attention_blocks_scratch_bytes (const PzGpuLimits *limits,
                                   const PzAttentionBackward *attention)
{
  return layout_of (limits, attention).bytes;
}

static const PzNode *
tensor_of (const PzAttentionBackward *attention, guint tensor)
{
  const PzNode *const tensors[PZ_ATTENTION_BLOCK_N_TENSORS] = {
    [PZ_ATTENTION_BLOCK_Q] = attention->q,
    [PZ_ATTENTION_BLOCK_K] = attention->k,
    [PZ_ATTENTION_BLOCK_V] = attention->v,
    [PZ_ATTENTION_BLOCK_D_OUT] = attention->d_out,
  };

  return tensors[tensor];
}

PzRange
pz_attention_block_entries_of (const PzAttentionBlock *part, guint tensor)
{
  const PzNode *node = tensor_of (part->attention, tensor);
  const gsize bytes = pz_node_bytes (node) / part->attention->batch;

  return (PzRange) { pz_lowering_address (part->lowering, node) + part->first_entry * bytes,
                     part->entries * bytes };
}

PzRange
pz_attention_block_scratch_range (const PzAttentionBlock *part, gsize offset, gsize n_floats)
{
  return (PzRange) { part->lowering->scratch_address + offset, n_floats * sizeof (float) };
}

/* ---- preparing the operands ---- */

static void
convert (PzAttentionBlock *part)
{
  for (guint i = 0; i < PZ_ATTENTION_BLOCK_N_TENSORS; i++)
    {
      if (!uses (part->attention, i))
        continue;
      part->floats[i] = pz_attention_block_entries_of (part, i);
      if (part->attention->dtype == PZ_F16)
        {
          const guint64 halves = part->floats[i].address;

          part->floats[i] =
            pz_attention_block_scratch_range (part, part->layout.floats[i],
                                              part->floats[i].bytes / sizeof (guint16));
          pz_to_f32_lower (part->node, part->lowering, halves, part->floats[i]);
        }
    }
}

/* Appends the planar copy of the block's rows of Q or D_OUT. */
static void
to_planar (PzAttentionBlock *part, guint tensor)
{
  const PzAttentionBackward *attention = part->attention;
  const PzAttentionBlockLayout *layout = &part->layout;
  const guint line = layout->n_blocks > 1 ? layout->columns : attention->queries;
  const guint rows = part->entries * attention->queries;
  PzToPlanar copy = {
    .args = {
      .x = part->floats[tensor].address,
      .planar = part->lowering->scratch_address + layout->planar[tensor],
      .pixels = rows,
      .height = (guint32) pz_div_up (rows, line),
      .width = line,
      .channels = attention->width,
      .columns = layout->columns,
      .phase_columns = layout->columns,
      .first_line = (gint32) (part->first_query / line),
    },
    .dtype = PZ_F32,
    .lanes = layout->lanes,
    .lines = part->entries,
    .x = part->floats[tensor],
  };

  part->planar[tensor] =
    pz_attention_block_scratch_range (part, layout->planar[tensor],
                                      (gsize) part->entries * attention->width
                                        * layout->columns);
  copy.planar = part->planar[tensor];
  copy.bytes = 2.0 * (gdouble) copy.planar.bytes;
  pz_to_planar_lower (part->node, part->lowering, &copy);
}

/* ---- blocks ---- */

static void
lower_heads (PzAttentionBlock *part)
{
  const PzAttentionBackward *attention = part->attention;
  const gsize plane = (gsize) part->layout.rows * part->layout.columns;
  const gsize n = plane * part->entries * part->heads;

  part->scores = pz_attention_block_scratch_range (part, part->layout.scores, n);
  part->gradients = pz_attention_block_scratch_range (part, part->layout.gradients, n);
  pz_attention_block_score (part, PZ_ATTENTION_BLOCK_K, PZ_ATTENTION_BLOCK_Q, part->scores);
  if (attention->column == NULL)
    pz_attention_block_score (part, PZ_ATTENTION_BLOCK_V, PZ_ATTENTION_BLOCK_D_OUT,
                              part->gradients);
  pz_attention_block_softmax (part);
  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    if (attention->offset[i] != G_MAXSIZE)
      pz_attention_block_accumulate (part, i);
}

/* Rounds the sums in scratch to the f16 result. */
static void
round_result (const PzAttentionBlock *part, guint which)
{
  const PzRange y = pz_attention_block_result_of (part, which);
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
lower_entries (PzAttentionBlock *part)
{
  const PzAttentionBackward *attention = part->attention;

  convert (part);
  for (part->first_query = 0; part->first_query < attention->queries;
       part->first_query += part->layout.columns)
    {
      part->queries = MIN (part->layout.columns, attention->queries - part->first_query);
      for (guint i = 0; i < PZ_ATTENTION_BLOCK_N_TENSORS; i++)
        if (uses (attention, i) && (i == PZ_ATTENTION_BLOCK_Q || i == PZ_ATTENTION_BLOCK_D_OUT))
          to_planar (part, i);
      for (part->first_head = 0; part->first_head < attention->heads;
           part->first_head += part->layout.heads)
        {
          part->heads = MIN (part->layout.heads, attention->heads - part->first_head);
          lower_heads (part);
        }
    }
  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    if (attention->offset[i] != G_MAXSIZE && pz_attention_block_sums_in_scratch (part, i))
      round_result (part, i);
}

void
pz_attention_blocks_lower (const PzNode *node,
                           PzLowering *lowering,
                           const PzAttentionBackward *attention)
{
  PzAttentionBlock part = {
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
