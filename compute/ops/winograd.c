/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/winograd.h"

#include "shaders/args/planar_product.h"
#include "shaders/args/winograd_output.h"
#include "shaders/args/winograd_input.h"
#include "shaders/args/winograd_weight.h"

#define WINDOW 9 /* taps of the kernel */

/* Maximum size of the transformed pixels, and of a column block of the transformed weight, so that together they fit in a CPU's
 * last-level cache. */
#define CACHED_BYTES (16u << 20)
#define CACHED_COLUMN_BLOCK_BYTES (6u << 20)
/* Block sizes if the pixels are larger. Both are large, because the pixels are transformed again for every column block, and
 * the weight is read again for every block of tiles. */
#define ROW_BLOCK_BYTES (32u << 20)
#define BLOCK_COLUMNS 384

/* The tiles of all pictures are packed into vectors. A part is a block of vectors and a block of the result's columns. */
typedef struct
{
  const PzPlanarProduct *product;
  PzPlanarTile tile;
  guint side; /* of a tile, in pixels of the result */
  guint n_points; /* interpolation points per tile; each needs one product */
  guint lines; /* lines of tiles per picture */
  guint tiles_per_line;
  guint vectors;
  guint block_vectors; /* vectors per part, at most */
  guint block_columns; /* columns per part, at most */
  guint first_vector;
  guint part_vectors;
  guint first_column;
  guint part_columns;
  PzRange input; /* transformed, f32 [points, vectors, channels, lanes] */
  PzRange weight; /* transformed, f32 [points, columns, channels] */
  PzRange products;
} Part;

static gboolean
applies (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  return product->dtype == PZ_F16 && product->kernel_height == 3 && product->kernel_width == 3
         && product->stride == 1 && product->channels % PZ_PLANAR_CHANNELS == 0
         && product->n % PZ_PLANAR_OUTPUTS == 0
         && pz_tuning_use_winograd (limits, product->m_per_entry, product->n);
}

gboolean
pz_winograd_applies (const PzNode *node,
                     const PzLowering *lowering,
                     const PzPlanarProduct *product)
{
  return applies (lowering->limits, product)
         && !pz_product_is_coop (node, lowering->limits, product->m_per_entry, product->n,
                                 WINDOW * product->channels);
}

/* Size of n_points matrices of rows x columns floats, padded. */
static gsize
points_bytes (const Part *part, gsize rows, gsize columns)
{
  return pz_div_up (part->n_points * rows * columns * sizeof (float), 256) * 256;
}

static void
set_ranges (Part *part, guint64 address, guint vectors, guint columns)
{
  const guint channels = part->product->channels;
  const gsize lanes = part->tile.lanes;

  part->input = (PzRange) { address, points_bytes (part, vectors * lanes, channels) };
  part->weight = (PzRange) { part->input.address
                               + points_bytes (part, part->block_vectors * lanes, channels),
                             points_bytes (part, columns, channels) };
  part->products =
    (PzRange) { part->weight.address + points_bytes (part, part->block_columns, channels),
                points_bytes (part, vectors * lanes, columns) };
}

/* Maximum columns per part: a multiple of PZ_PLANAR_OUTPUTS, as n is. The columns are divided evenly over the blocks. */
static guint
columns_per_block (const Part *part)
{
  const PzPlanarProduct *product = part->product;
  const gsize all_lanes = (gsize) part->vectors * part->tile.lanes;
  const gsize n_blocks = points_bytes (part, all_lanes, product->channels) <= CACHED_BYTES
                           ? pz_div_up (points_bytes (part, product->n, product->channels),
                                        CACHED_COLUMN_BLOCK_BYTES)
                           : pz_div_up (product->n, BLOCK_COLUMNS);

  return (guint) (pz_div_up (product->n / PZ_PLANAR_OUTPUTS, n_blocks) * PZ_PLANAR_OUTPUTS);
}

static Part
layout_of (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  const guint side = pz_tuning_winograd_side (limits, product->out_height, product->out_width);
  Part part = {
    .product = product,
    .side = side,
    .n_points = (side + 2) * (side + 2),
    .lines = (guint) pz_div_up (product->out_height, side),
    .tiles_per_line = (guint) pz_div_up (product->out_width, side),
  };
  const gsize tiles = product->pictures * part.lines * part.tiles_per_line;
  gsize fit;

  part.tile = pz_tuning_winograd (limits, tiles, product->channels);
  part.vectors = (guint) pz_div_up (tiles, part.tile.lanes);
  fit = ROW_BLOCK_BYTES / points_bytes (&part, part.tile.lanes, product->channels);
  /* The product computes tile.vectors at a time, even if fewer are left. */
  part.block_vectors =
    MIN ((guint) MAX (fit / part.tile.vectors, 1) * part.tile.vectors, part.vectors);
  part.block_columns = columns_per_block (&part);
  return part;
}

gsize
pz_winograd_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  Part part;

  if (!applies (limits, product))
    return 0;
  part = layout_of (limits, product);
  set_ranges (&part, 0, part.block_vectors, part.block_columns);
  return part.products.address + part.products.bytes;
}

static void
transform_input (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzPlanarProduct *product = part->product;
  const PzWinogradInputArgs args = {
    .x = pz_product_address (node, lowering, PZ_PRODUCT_X),
    .y = part->input.address,
    .vectors = part->part_vectors,
    .pictures = (guint32) product->pictures,
    .height = product->height,
    .width = product->width,
    .channels = product->channels,
    .first_vector = part->first_vector,
    .tiles_per_line = part->tiles_per_line,
    .lines = part->lines,
    .pad_top = (gint32) product->pad_top,
    .pad_left = (gint32) product->pad_left,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_WINOGRAD_INPUT_F16,
    .subgroup_size = part->tile.lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes, [PZ_SPEC_WINOGRAD_TILE] = part->side },
    .n_spec = PZ_SPEC_WINOGRAD_N,
    .groups = { part->part_vectors, product->channels / part->tile.lanes,
                part->tile.lanes / 2 },
    .reads = { { args.x, pz_node_bytes (node->src[PZ_PRODUCT_X]) } },
    .n_reads = 1,
    .writes = { part->input },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) part->input.bytes },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
transform_weight (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const guint channels = part->product->channels;
  const gboolean is_packed = part->product->is_packed;
  const gsize column_bytes =
    (gsize) WINDOW * channels * (is_packed ? sizeof (gint8) : sizeof (guint16));
  const PzWinogradWeightArgs args = {
    .scales =
      is_packed ? pz_product_scales (node, lowering) + part->first_column * sizeof (float) : 0,
    .w = pz_product_address (node, lowering, PZ_PRODUCT_W) + part->first_column * column_bytes,
    .y = part->weight.address,
    .n = part->part_columns,
    .channels = channels,
  };
  PzDispatch dispatch = {
    .kernel = is_packed ? PZ_KERNEL_WINOGRAD_WEIGHT_W8 : PZ_KERNEL_WINOGRAD_WEIGHT_F16,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes, [PZ_SPEC_WINOGRAD_TILE] = part->side },
    .n_spec = PZ_SPEC_WINOGRAD_N,
    .groups = { (guint) pz_div_up (channels / 4, part->tile.lanes), part->part_columns, 1 },
    .reads = { { args.w, part->part_columns * column_bytes } },
    .n_reads = 1,
    .writes = { part->weight },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) part->weight.bytes },
  };

  if (is_packed)
    dispatch.reads[dispatch.n_reads++] =
      (PzRange) { args.scales, part->part_columns * sizeof (float) };
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
multiply (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const guint channels = part->product->channels;
  const PzPlanarProductArgs args = {
    .planar = part->input.address,
    .w = part->weight.address,
    .y = part->products.address,
    .n = part->part_columns,
    .n_vectors = part->part_vectors,
    .vectors_per_line = 1,
    .channels = channels,
    .columns = part->tile.lanes,
    .phase_columns = part->tile.lanes,
    .line_step = 1,
    .picture_lines = part->part_vectors,
    .phases = 1,
    .kernel_width = 1,
    .taps = 1,
    .planar_batch = part->part_vectors * channels * part->tile.lanes,
    .w_batch = part->part_columns * channels,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_PLANAR_PRODUCT_PLANAR,
    .subgroup_size = part->tile.lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes,
              [PZ_SPEC_PLANAR_VECTORS] = part->tile.vectors,
              [PZ_SPEC_PLANAR_DEPTH] = part->tile.depth },
    .n_spec = PZ_SPEC_PLANAR_N,
    .groups = { part->part_columns / PZ_PLANAR_OUTPUTS,
                (guint) pz_div_up (args.n_vectors, part->tile.vectors), part->n_points },
    .reads = { part->input, part->weight },
    .n_reads = 2,
    .writes = { part->products },
    .n_writes = 1,
    /* Flops of a direct convolution, so that rates can be compared. */
    .cost = { 2.0 * WINDOW * channels * part->part_columns * (gdouble) part->product->m
                * part->part_vectors / part->vectors,
              (gdouble) (part->input.bytes + part->weight.bytes + part->products.bytes) },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static PzWinogradOutputArgs
output_args (const PzNode *node, const PzLowering *lowering, const Part *part)
{
  const PzPlanarProduct *product = part->product;

  return (PzWinogradOutputArgs) {
    .products = part->products.address,
    .w = part->products.address,
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) product->m,
    .n = product->n,
    .rows_per_batch = (guint32) product->m_per_entry,
    .pictures = (guint32) product->pictures,
    .out_height = product->out_height,
    .out_width = product->out_width,
    .first_column = part->first_column,
    .columns = part->part_columns,
    .n_vectors = part->part_vectors,
    .first_vector = part->first_vector,
    .tiles_per_line = part->tiles_per_line,
    .lines = part->lines,
  };
}

/* The line of the result where a tile begins, counted over all pictures. */
static gsize
line_of_tile (const Part *part, gsize tile)
{
  const gsize line = tile / part->tiles_per_line;

  return line / part->lines * part->product->out_height + line % part->lines * part->side;
}

static void
transform_output (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzPlanarProduct *product = part->product;
  const PzWinogradOutputArgs args = output_args (node, lowering, part);
  const gsize line_bytes = pz_node_bytes (node) / product->m * product->out_width;
  const gsize tile = (gsize) part->first_vector * part->tile.lanes;
  const gsize last_tile = tile + (gsize) part->part_vectors * part->tile.lanes - 1;
  const gsize first = line_of_tile (part, tile);
  const gsize end =
    MIN (line_of_tile (part, last_tile) + part->side, product->pictures * product->out_height);
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_WINOGRAD_OUTPUT_F16,
    .subgroup_size = part->tile.lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes,
              [PZ_SPEC_WINOGRAD_TILE] = part->side,
              [PZ_SPEC_WINOGRAD_ACT] = product->acts.act,
              [PZ_SPEC_WINOGRAD_ACT_OUT] = product->acts.act_out },
    .n_spec = PZ_SPEC_WINOGRAD_OUTPUT_N,
    .groups = { part->part_columns / PZ_PLANAR_OUTPUTS, args.n_vectors, 1 },
    .reads = { part->products },
    .n_reads = 1,
    .cost = { .bytes = (gdouble) part->products.bytes },
  };

  pz_product_add_ranges (node, lowering, first * line_bytes, (end - first) * line_bytes,
                         &dispatch);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

/* Computes the part's columns for all of x. transformed: x fits in one part and is already transformed. */
static void
lower_columns (const PzNode *node, PzLowering *lowering, Part *part, gboolean transformed)
{
  for (part->first_vector = 0; part->first_vector < part->vectors;
       part->first_vector += part->block_vectors)
    {
      part->part_vectors = MIN (part->block_vectors, part->vectors - part->first_vector);
      set_ranges (part, lowering->scratch_address, part->part_vectors, part->part_columns);
      if (!transformed)
        transform_input (node, lowering, part);
      multiply (node, lowering, part);
      transform_output (node, lowering, part);
    }
}

void
pz_winograd_lower (const PzNode *node, PzLowering *lowering, const PzPlanarProduct *product)
{
  Part part = layout_of (lowering->limits, product);
  const gboolean one = part.block_vectors == part.vectors;

  for (; part.first_column < product->n; part.first_column += part.block_columns)
    {
      part.part_columns = MIN (part.block_columns, product->n - part.first_column);
      set_ranges (&part, lowering->scratch_address, part.block_vectors, part.part_columns);
      transform_weight (node, lowering, &part);
      lower_columns (node, lowering, &part, one && part.first_column > 0);
    }
}
