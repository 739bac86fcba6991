/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/planar-product.h"

#include "compute/ops/to-f32.h"
#include "compute/ops/to-planar.h"
#include "shaders/args/planar_product.h"

/* Maximum size of a block of the planar copy, and of a block of w in f32; both fit in a CPU's last-level cache. */
#define ROW_BLOCK_BYTES (8u << 20)
#define COLUMN_BLOCK_BYTES (4u << 20)

typedef struct
{
  PzPlanarTile tile;
  guint line_step; /* input lines per line of the result */
  guint phases;
  guint vectors_per_line;
  guint phase_columns;
  guint columns;
  guint block_lines; /* lines of the result per block, at most */
  guint pictures; /* pictures per block, at most; more than one only if whole pictures fit */
  gboolean converts_weight; /* w is converted to f32 block by block */
  guint block_columns; /* columns of the result per block, at most */
} Layout;

/* Number of elements of k. */
static gsize
window (const PzPlanarProduct *product)
{
  return (gsize) product->kernel_height * product->kernel_width * product->channels;
}

PzPlanarProduct
pz_planar_product_of_rows (const PzGpuLimits *limits, const PzRows *rows)
{
  const guint width = limits->subgroup_size * pz_tuning_planar_vectors (limits, rows->m);
  const guint height = (guint) pz_div_up (rows->m, width);

  return (PzPlanarProduct) {
    .pictures = 1,
    .height = height,
    .width = width,
    .pixels = rows->m,
    .channels = rows->k,
    .kernel_height = 1,
    .kernel_width = 1,
    .stride = 1,
    .out_height = height,
    .out_width = width,
    .m = rows->m,
    .m_per_entry = rows->m_per_entry,
    .n = rows->n,
    .dtype = rows->dtype,
    .is_packed = rows->is_packed,
    .acts = rows->acts,
  };
}

static gboolean
applies (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  return product->channels % PZ_PLANAR_CHANNELS == 0 && product->stride <= 2
         && pz_tuning_use_planar (limits, product->m_per_entry, product->out_width);
}

/* Concatenates lines that are shorter than a vector; all other functions see longer lines. */
static PzPlanarProduct
fold (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  const guint lines = limits->subgroup_size / product->out_width;
  PzPlanarProduct folded = *product;

  if (lines > 1 && product->stride == 1 && limits->subgroup_size % product->out_width == 0
      && product->out_height % lines == 0)
    {
      folded.fold = lines;
      folded.out_width *= lines;
      folded.out_height /= lines;
    }
  return folded;
}

gboolean
pz_planar_product_applies (const PzNode *node,
                           const PzLowering *lowering,
                           const PzPlanarProduct *product)
{
  const PzPlanarProduct folded = fold (lowering->limits, product);

  return applies (lowering->limits, &folded)
         && !pz_product_is_coop (node, lowering->limits, product->m_per_entry, product->n,
                                 (guint) window (product));
}

static gsize
planar_lines (const PzPlanarProduct *product, guint out_lines)
{
  const guint step = MAX (product->fold, product->stride);

  return (gsize) (out_lines - 1) * step + product->kernel_height;
}

static gsize
planar_bytes (const PzPlanarProduct *product, const Layout *layout, guint out_lines)
{
  return planar_lines (product, out_lines) * product->channels * layout->columns
         * sizeof (float);
}

static Layout
layout_of (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  const gsize block_columns = COLUMN_BLOCK_BYTES / (window (product) * sizeof (float));
  Layout layout = { .tile = pz_tuning_planar (limits, product->m, product->channels) };
  const guint lanes = layout.tile.lanes;

  layout.vectors_per_line = (guint) pz_div_up (product->out_width, lanes);
  layout.line_step = MAX (product->fold, product->stride);
  layout.phases = product->fold > 1 ? product->kernel_width : product->stride;
  layout.phase_columns =
    layout.vectors_per_line * lanes + (product->kernel_width - 1) / layout.phases;
  layout.columns = (guint) pz_div_up (layout.phase_columns * layout.phases, lanes) * lanes;
  layout.block_lines = product->out_height;
  while (layout.block_lines > 1
         && planar_bytes (product, &layout, layout.block_lines) > ROW_BLOCK_BYTES)
    layout.block_lines = (layout.block_lines + 1) / 2;
  layout.pictures = 1;
  if (layout.block_lines == product->out_height)
    {
      const gsize fit = ROW_BLOCK_BYTES / planar_bytes (product, &layout, layout.block_lines);

      layout.pictures = (guint) CLAMP (fit, 1, product->pictures);
    }
  layout.converts_weight =
    layout.tile.converts_weight && (product->dtype == PZ_F16 || product->is_packed);
  layout.block_columns = product->n;
  if (layout.converts_weight && block_columns < product->n)
    layout.block_columns =
      MAX ((guint) block_columns / PZ_PLANAR_OUTPUTS, 1) * PZ_PLANAR_OUTPUTS;
  return layout;
}

/* Scratch offset of w, after the largest block of the planar copy. */
static gsize
weight_offset (const PzPlanarProduct *product, const Layout *layout)
{
  return pz_div_up (layout->pictures * planar_bytes (product, layout, layout->block_lines), 256)
         * 256;
}

gsize
pz_planar_product_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product)
{
  const PzPlanarProduct folded = fold (limits, product);
  Layout layout;
  gsize weight_bytes;

  if (!applies (limits, &folded))
    return 0;
  layout = layout_of (limits, &folded);
  weight_bytes =
    layout.converts_weight ? layout.block_columns * window (product) * sizeof (float) : 0;
  return weight_offset (&folded, &layout) + weight_bytes;
}

/* The block of one pair of dispatches: whole pictures, or lines of one picture, and columns of the result. */
typedef struct
{
  const PzPlanarProduct *product;
  Layout layout;
  gsize picture;
  guint pictures;
  guint first_line;
  guint lines;
  guint first_column;
  guint columns;
  PzRange planar;
  PzRange w; /* rows of w for these columns, in the dtype that the product reads */
} Part;

static void
to_planar (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzPlanarProduct *product = part->product;
  const gsize picture_bytes = pz_node_bytes (node->src[PZ_PRODUCT_X]) / product->pictures;
  const guint64 x =
    pz_product_address (node, lowering, PZ_PRODUCT_X) + part->picture * picture_bytes;
  const PzToPlanar copy = {
    .args = {
      .x = x,
      .planar = part->planar.address,
      .pixels = (guint32) product->pixels,
      .height = product->height,
      .width = product->width,
      .channels = product->channels,
      .columns = part->layout.columns,
      .phase_columns = part->layout.phase_columns,
      .first_line =
        (gint32) (part->first_line * part->layout.line_step) - (gint32) product->pad_top,
      .pad_left = (gint32) product->pad_left,
      .x_picture = (guint32) (product->pixels * product->channels),
      .planar_picture =
        (guint32) (planar_bytes (product, &part->layout, part->lines) / sizeof (float)),
    },
    .dtype = product->dtype,
    .lanes = part->layout.tile.lanes,
    .stride = product->stride,
    .fold_width = product->fold > 1 ? product->out_width / product->fold : 0,
    .lines = (guint) planar_lines (product, part->lines),
    .pictures = part->pictures,
    .x = { x, part->pictures * picture_bytes },
    .planar = part->planar,
    .bytes = (gdouble) part->planar.bytes,
  };

  pz_to_planar_lower (node, lowering, &copy);
}

static guint
product_kernel (const PzNode *node, const Part *part)
{
  static const PzProductKernels kernels[] = {
    { .f16 = PZ_KERNEL_PLANAR_PRODUCT_F16, .f32 = PZ_KERNEL_PLANAR_PRODUCT_F32 },
    { .f16 = PZ_KERNEL_PLANAR_PRODUCT_F16_W8, .f32 = PZ_KERNEL_PLANAR_PRODUCT_F32_W8 },
  };

  if (part->layout.converts_weight)
    return pz_kernel_for (part->product->dtype, PZ_KERNEL_PLANAR_PRODUCT_F16_W32,
                          PZ_KERNEL_PLANAR_PRODUCT_F32);
  return pz_product_kernel (node, kernels);
}

static PzPlanarProductArgs
product_args (const PzNode *node, const PzLowering *lowering, const Part *part)
{
  const PzPlanarProduct *product = part->product;
  const gsize first_line = part->picture * product->out_height + part->first_line;

  return (PzPlanarProductArgs) {
    .planar = part->planar.address,
    .w = part->w.address,
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) product->m,
    .n = product->n,
    .rows_per_batch = (guint32) product->m_per_entry,
    .first_column = part->first_column,
    .first_row = (guint32) (first_line * product->out_width),
    .n_vectors = part->pictures * part->lines * part->layout.vectors_per_line,
    .vectors_per_line = part->layout.vectors_per_line,
    .out_width = product->out_width,
    .channels = product->channels,
    .columns = part->layout.columns,
    .phase_columns = part->layout.phase_columns,
    .line_step = part->layout.line_step,
    .picture_lines = part->lines,
    .picture_gap =
      (guint32) planar_lines (product, part->lines) - part->lines * part->layout.line_step,
    .phases = part->layout.phases,
    .kernel_width = product->kernel_width,
    .taps = product->kernel_height * product->kernel_width,
    .vectors_first = part->w.bytes > part->planar.bytes,
  };
}

static void
multiply (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzPlanarTile *tile = &part->layout.tile;
  const PzPlanarProduct *product = part->product;
  const PzPlanarProductArgs args = product_args (node, lowering, part);
  const guint outputs = (guint) pz_div_up (part->columns, PZ_PLANAR_OUTPUTS);
  const guint tiles = (guint) pz_div_up (args.n_vectors, tile->vectors);
  const gsize row_bytes = pz_node_bytes (node) / product->m;
  const gsize lines = (gsize) part->pictures * part->lines;
  const gsize rows = MIN (lines * product->out_width, product->m - args.first_row);
  PzDispatch dispatch = {
    .kernel = product_kernel (node, part),
    .subgroup_size = tile->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = tile->lanes,
              [PZ_SPEC_PLANAR_VECTORS] = tile->vectors,
              [PZ_SPEC_PLANAR_DEPTH] = tile->depth,
              [PZ_SPEC_PLANAR_PACKED] = product->n % PZ_PLANAR_OUTPUTS == 0,
              [PZ_SPEC_PLANAR_ACT] = product->acts.act,
              [PZ_SPEC_PLANAR_ACT_OUT] = product->acts.act_out },
    .n_spec = PZ_SPEC_PLANAR_N,
    .groups = { args.vectors_first ? tiles : outputs, args.vectors_first ? outputs : tiles, 1 },
    .reads = { part->planar, part->w },
    .n_reads = 2,
  };

  pz_product_add_ranges (node, lowering, args.first_row * row_bytes, rows * row_bytes,
                         &dispatch);
  dispatch.cost.flops =
    2.0 * (gdouble) window (product) * (gdouble) lines * args.out_width * part->columns;
  dispatch.cost.bytes =
    (gdouble) (part->planar.bytes + part->w.bytes + dispatch.writes[0].bytes);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

/* Computes the part's columns for all of x. is_planar: x fits in one block, whose planar copy exists already. */
static void
lower_columns (const PzNode *node, PzLowering *lowering, Part *part, gboolean is_planar)
{
  const PzPlanarProduct *product = part->product;

  for (part->picture = 0; part->picture < product->pictures;
       part->picture += part->layout.pictures)
    for (part->first_line = 0; part->first_line < product->out_height;
         part->first_line += part->layout.block_lines)
      {
        part->lines = MIN (part->layout.block_lines, product->out_height - part->first_line);
        part->pictures = (guint) MIN (part->layout.pictures, product->pictures - part->picture);
        part->planar.bytes =
          part->pictures * planar_bytes (product, &part->layout, part->lines);
        if (!is_planar)
          to_planar (node, lowering, part);
        multiply (node, lowering, part);
      }
}

void
pz_planar_product_lower (const PzNode *node,
                         PzLowering *lowering,
                         const PzPlanarProduct *product)
{
  const PzPlanarProduct folded = fold (lowering->limits, product);
  Part part = { .product = &folded, .layout = layout_of (lowering->limits, &folded) };
  const gboolean one =
    folded.pictures == part.layout.pictures && part.layout.block_lines == folded.out_height;
  const gsize weight_at = weight_offset (&folded, &part.layout);

  part.planar.address = lowering->scratch_address;
  for (; part.first_column < product->n; part.first_column += part.layout.block_columns)
    {
      part.columns = MIN (part.layout.block_columns, product->n - part.first_column);
      part.w.address = pz_product_address (node, lowering, PZ_PRODUCT_W);
      part.w.bytes = pz_node_bytes (node->src[PZ_PRODUCT_W]);
      if (part.layout.converts_weight)
        {
          const gsize first = part.first_column * window (product);
          const guint64 halves = part.w.address + first * sizeof (guint16);

          part.w.address = lowering->scratch_address + weight_at;
          part.w.bytes = part.columns * window (product) * sizeof (float);
          if (product->is_packed)
            pz_rows_to_f32_lower (node, lowering, node->src[PZ_PRODUCT_W], part.first_column,
                                  part.w);
          else
            pz_to_f32_lower (node, lowering, halves, part.w);
        }
      lower_columns (node, lowering, &part, one && part.first_column > 0);
    }
}
