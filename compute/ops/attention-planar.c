/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-planar.h"

#include "compute/ops/heads.h"
#include "compute/ops/tuning.h"
#include "compute/ops/to-f32.h"
#include "compute/ops/to-planar.h"
#include "shaders/args/planar_product.h"
#include "shaders/args/softmax_planar.h"

enum
{
  Q,
  K,
  V,
};

/* Bytes of the scores of a block, which fit in a CPU's last-level cache. */
#define SCORES_BYTES (8u << 20)

/* A block of queries of one batch entry. */
typedef struct
{
  const PzPlanarAttention *attention;
  guint lanes;
  guint block_vectors; /* maximum number of vectors of queries per block */
  guint entry;
  guint first_vector;
  guint vectors;
  PzRange keys; /* f32 [keys, width] */
  PzRange values; /* f32 [width, keys] */
  PzRange queries; /* f32 [vectors, width, lanes] */
  PzRange scores; /* f32 [vectors, keys, lanes] */
} Part;

gboolean
pz_attention_planar_applies (const PzGpuLimits *limits, const PzPlanarAttention *attention)
{
  return attention->width % PZ_PLANAR_CHANNELS == 0 && attention->keys % PZ_PLANAR_CHANNELS == 0
         && pz_tuning_use_planar (limits, attention->queries, attention->queries);
}

static PzRange
after (PzRange before, gsize n_floats)
{
  return (PzRange) { before.address + pz_div_up (before.bytes, 256) * 256,
                     n_floats * sizeof (float) };
}

static void
set_ranges (Part *part, guint64 address, guint vectors)
{
  const gsize keys = part->attention->keys;
  const gsize width = part->attention->width;
  const gsize rows = (gsize) vectors * part->lanes;

  part->keys = (PzRange) { address, keys * width * sizeof (float) };
  part->values = after (part->keys, keys * width);
  part->queries = after (part->values, rows * width);
  part->scores = after (part->queries, rows * keys);
}

static Part
layout_of (const PzGpuLimits *limits, const PzPlanarAttention *attention)
{
  Part part = { .attention = attention, .lanes = limits->subgroup_size };
  const gsize vector_bytes = (gsize) attention->keys * part.lanes * sizeof (float);
  const gsize fit = MAX (SCORES_BYTES / vector_bytes, 1);

  part.block_vectors = (guint) MIN (fit, pz_div_up (attention->queries, part.lanes));
  return part;
}

gsize
pz_attention_planar_scratch_bytes (const PzGpuLimits *limits,
                                   const PzPlanarAttention *attention)
{
  Part part = layout_of (limits, attention);

  set_ranges (&part, 0, part.block_vectors);
  return part.scores.address + part.scores.bytes;
}

/* The range of q, k, v or the result that belongs to the batch entry. */
static PzRange
entry_of (const PzLowering *lowering, const Part *part, const PzNode *tensor)
{
  const gsize bytes = pz_node_bytes (tensor) / part->attention->batch;

  return (PzRange) { pz_lowering_address (lowering, tensor) + part->entry * bytes, bytes };
}

/* Appends the planar copy of the rows of src, with `line` rows per line, starting at line `first`. */
static void
to_planar (const PzNode *node,
           PzLowering *lowering,
           const Part *part,
           const PzNode *src,
           guint line,
           guint first,
           PzRange planar)
{
  const PzPlanarAttention *attention = part->attention;
  const PzRange x = entry_of (lowering, part, src);
  const gsize line_bytes = (gsize) line * attention->width * sizeof (float);
  const guint rows = src->tensor.dims[1];
  const PzToPlanar copy = {
    .args = {
      .x = x.address,
      .planar = planar.address,
      .pixels = rows,
      .height = (guint32) pz_div_up (rows, line),
      .width = line,
      .channels = attention->width,
      .columns = line,
      .phase_columns = line,
      .first_line = (gint32) first,
    },
    .dtype = attention->dtype,
    .lanes = part->lanes,
    .lines = (guint) (planar.bytes / line_bytes),
    .x = x,
    .planar = planar,
    .bytes = (gdouble) planar.bytes,
  };

  pz_to_planar_lower (node, lowering, &copy);
}

/* Appends y = x w^T. The caller sets the kernel, x (planar) and w as reads, y as the write, and in args the channels, n and the
 * members that differ between the products. */
static void
multiply (const PzNode *node,
          PzLowering *lowering,
          const Part *part,
          PzPlanarProductArgs *args,
          PzDispatch *dispatch)
{
  const PzPlanarTile tile =
    pz_tuning_planar (lowering->limits, part->attention->queries, args->channels);
  const guint outputs = args->n / PZ_PLANAR_OUTPUTS;
  const guint tiles = (guint) pz_div_up (part->vectors, tile.vectors);
  const gdouble products = (gdouble) args->n * args->channels * part->vectors * part->lanes;

  args->planar = dispatch->reads[0].address;
  args->w = dispatch->reads[1].address;
  args->y = dispatch->writes[0].address;
  args->n_vectors = part->vectors;
  args->vectors_per_line = 1;
  args->columns = part->lanes;
  args->phase_columns = part->lanes;
  args->out_width = part->lanes;
  args->line_step = 1;
  args->picture_lines = part->vectors;
  args->phases = 1;
  args->kernel_width = 1;
  args->taps = 1;
  args->vectors_first = dispatch->reads[1].bytes > dispatch->reads[0].bytes;
  dispatch->subgroup_size = part->lanes;
  dispatch->spec[PZ_SPEC_LOCAL_X] = part->lanes;
  dispatch->spec[PZ_SPEC_PLANAR_VECTORS] = tile.vectors;
  dispatch->spec[PZ_SPEC_PLANAR_DEPTH] = tile.depth;
  dispatch->spec[PZ_SPEC_PLANAR_PACKED] = 1;
  dispatch->n_spec = PZ_SPEC_PLANAR_N;
  dispatch->groups[0] = args->vectors_first ? tiles : outputs;
  dispatch->groups[1] = args->vectors_first ? outputs : tiles;
  dispatch->groups[2] = 1;
  dispatch->n_reads = 2;
  dispatch->n_writes = 1;
  dispatch->cost.flops = 2.0 * products;
  dispatch->cost.bytes =
    (gdouble) (dispatch->reads[0].bytes + dispatch->reads[1].bytes + dispatch->writes[0].bytes);
  pz_dispatch_args (dispatch, args);
  pz_lowering_add (lowering, node, dispatch);
}

static void
score (const PzNode *node, PzLowering *lowering, const Part *part)
{
  PzPlanarProductArgs args = { .channels = part->attention->width, .n = part->attention->keys };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_PLANAR_PRODUCT_PLANAR,
    .reads = { part->queries, part->keys },
    .writes = { part->scores },
  };

  multiply (node, lowering, part, &args, &dispatch);
}

static void
softmax (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzSoftmaxPlanarArgs args = {
    .scores = part->scores.address,
    .scale_log2e = pz_heads_scale_log2e (part->attention->width),
    .keys = part->attention->keys,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_SOFTMAX_PLANAR,
    .subgroup_size = part->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->lanes },
    .n_spec = PZ_SPEC_LOCAL_X + 1,
    .groups = { part->vectors, 1, 1 },
    .reads = { part->scores },
    .n_reads = 1,
    .writes = { part->scores },
    .n_writes = 1,
    .cost = { .bytes = 5.0 * (gdouble) part->scores.bytes },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
add_values (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzPlanarAttention *attention = part->attention;
  const PzRange y = entry_of (lowering, part, node);
  PzPlanarProductArgs args = { .channels = attention->keys,
                               .n = attention->width,
                               .m = attention->queries,
                               .rows_per_batch = attention->queries,
                               .first_row = part->first_vector * part->lanes };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (attention->dtype, PZ_KERNEL_PLANAR_PRODUCT_F16_W32,
                             PZ_KERNEL_PLANAR_PRODUCT_F32),
    .reads = { part->scores, part->values },
    .writes = { y },
  };

  multiply (node, lowering, part, &args, &dispatch);
}

/* Sets part->keys to the keys in f32: a converted copy, or k itself. */
static void
convert_keys (const PzNode *node, PzLowering *lowering, Part *part)
{
  const PzRange k = entry_of (lowering, part, node->src[K]);

  if (part->attention->dtype == PZ_F16)
    pz_to_f32_lower (node, lowering, k.address, part->keys);
  else
    part->keys = k;
}

void
pz_attention_planar_lower (const PzNode *node,
                           PzLowering *lowering,
                           const PzPlanarAttention *attention)
{
  Part part = layout_of (lowering->limits, attention);
  const guint n_vectors = (guint) pz_div_up (attention->queries, part.lanes);

  for (part.entry = 0; part.entry < attention->batch; part.entry++)
    {
      set_ranges (&part, lowering->scratch_address, part.block_vectors);
      convert_keys (node, lowering, &part);
      to_planar (node, lowering, &part, node->src[V], attention->keys, 0, part.values);
      for (part.first_vector = 0; part.first_vector < n_vectors;
           part.first_vector += part.vectors)
        {
          const gsize rows =
            (gsize) MIN (part.block_vectors, n_vectors - part.first_vector) * part.lanes;

          part.vectors = (guint) (rows / part.lanes);
          part.queries.bytes = rows * attention->width * sizeof (float);
          part.scores.bytes = rows * attention->keys * sizeof (float);
          to_planar (node, lowering, &part, node->src[Q], part.lanes, part.first_vector,
                     part.queries);
          score (node, lowering, &part);
          softmax (node, lowering, &part);
          add_values (node, lowering, &part);
        }
    }
}
