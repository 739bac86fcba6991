/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/sheet.h"

#include "compute/ops/widen.h"
#include "shaders/args/sheet.h"
#include "shaders/args/sheet_product.h"

/* Of a sheet, and of a slab of w in floats: parts of a processor's last cache. */
#define BAND_BYTES (8u << 20)
#define SLAB_BYTES (4u << 20)

typedef struct
{
  PzSheetTile tile;
  guint line_step; /* lines of the sheet from one of the result to the next */
  guint phases;
  guint vectors_per_line;
  guint phase_columns;
  guint columns;
  guint band_lines; /* of the result, at most */
  guint pictures; /* at a time, at most: more than one where the band holds whole pictures */
  gboolean widens; /* w, slab by slab */
  guint slab_columns; /* of the result, at most */
} Layout;

/* Elements of k. */
static gsize
window (const PzSheetProduct *product)
{
  return (gsize) product->kernel_height * product->kernel_width * product->channels;
}

PzSheetProduct
pz_sheet_of_rows (const PzGpuLimits *limits, const PzRows *rows)
{
  const guint width = limits->subgroup_size * pz_tuning_sheet_vectors (limits, rows->m);
  const guint height = (guint) pz_div_up (rows->m, width);

  return (PzSheetProduct) {
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
    .m_alone = rows->m_alone,
    .n = rows->n,
    .dtype = rows->dtype,
    .acts = rows->acts,
  };
}

static gboolean
pays (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  return product->channels % PZ_SHEET_CHANNELS == 0 && product->stride <= 2
         && pz_tuning_sheet_pays (limits, product->m_alone, product->out_width);
}

/* Lines shorter than a vector are put together to one, so that the rest sees longer lines. */
static PzSheetProduct
fold (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  const guint lines = limits->subgroup_size / product->out_width;
  PzSheetProduct folded = *product;

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
pz_sheet_takes (const PzNode *node, const PzLowering *lowering, const PzSheetProduct *product)
{
  const PzSheetProduct folded = fold (lowering->limits, product);

  return pays (lowering->limits, &folded)
         && !pz_product_is_coop (node, lowering, product->m_alone, product->n,
                                 (guint) window (product));
}

static gsize
sheet_lines (const PzSheetProduct *product, guint out_lines)
{
  const guint step = MAX (product->fold, product->stride);

  return (gsize) (out_lines - 1) * step + product->kernel_height;
}

static gsize
sheet_bytes (const PzSheetProduct *product, const Layout *layout, guint out_lines)
{
  return sheet_lines (product, out_lines) * product->channels * layout->columns
         * sizeof (float);
}

static Layout
layout_of (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  const gsize slab_columns = SLAB_BYTES / (window (product) * sizeof (float));
  Layout layout = { .tile = pz_tuning_sheet (limits, product->m, product->channels) };
  const guint lanes = layout.tile.lanes;

  layout.vectors_per_line = (guint) pz_div_up (product->out_width, lanes);
  layout.line_step = MAX (product->fold, product->stride);
  layout.phases = product->fold > 1 ? product->kernel_width : product->stride;
  layout.phase_columns =
    layout.vectors_per_line * lanes + (product->kernel_width - 1) / layout.phases;
  layout.columns = (guint) pz_div_up (layout.phase_columns * layout.phases, lanes) * lanes;
  layout.band_lines = product->out_height;
  while (layout.band_lines > 1
         && sheet_bytes (product, &layout, layout.band_lines) > BAND_BYTES)
    layout.band_lines = (layout.band_lines + 1) / 2;
  layout.pictures = 1;
  if (layout.band_lines == product->out_height)
    {
      const gsize fit = BAND_BYTES / sheet_bytes (product, &layout, layout.band_lines);

      layout.pictures = (guint) CLAMP (fit, 1, product->pictures);
    }
  layout.widens = layout.tile.widens && product->dtype == PZ_F16;
  layout.slab_columns = product->n;
  if (layout.widens && slab_columns < product->n)
    layout.slab_columns = MAX ((guint) slab_columns / PZ_SHEET_OUTPUTS, 1) * PZ_SHEET_OUTPUTS;
  return layout;
}

/* Where w lies in scratch: behind the largest sheets. */
static gsize
slab_offset (const PzSheetProduct *product, const Layout *layout)
{
  return pz_div_up (layout->pictures * sheet_bytes (product, layout, layout->band_lines), 256)
         * 256;
}

gsize
pz_sheet_scratch_bytes (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  const PzSheetProduct folded = fold (limits, product);
  Layout layout;
  gsize slab_bytes;

  if (!pays (limits, &folded))
    return 0;
  layout = layout_of (limits, &folded);
  slab_bytes = layout.widens ? layout.slab_columns * window (product) * sizeof (float) : 0;
  return slab_offset (&folded, &layout) + slab_bytes;
}

/* What one pair of dispatches works on: whole pictures or lines of one of the result, and columns. */
typedef struct
{
  const PzSheetProduct *product;
  Layout layout;
  gsize picture;
  guint pictures;
  guint first_line;
  guint lines;
  guint first_column;
  guint columns;
  PzRange sheet;
  PzRange w; /* of these columns, as the product reads them */
} Part;

static void
turn (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzSheetProduct *product = part->product;
  const gsize picture_bytes = pz_node_bytes (node->src[PZ_PRODUCT_X]) / product->pictures;
  const PzSheetArgs args = {
    .x = pz_product_address (node, lowering, PZ_PRODUCT_X) + part->picture * picture_bytes,
    .sheet = part->sheet.address,
    .pixels = (guint32) product->pixels,
    .height = product->height,
    .width = product->width,
    .channels = product->channels,
    .columns = part->layout.columns,
    .phase_columns = part->layout.phase_columns,
    .stride = product->stride,
    .fold_width = product->fold > 1 ? product->out_width / product->fold : 0,
    .first_line =
      (gint32) (part->first_line * part->layout.line_step) - (gint32) product->pad_top,
    .pad_left = (gint32) product->pad_left,
    .x_picture = (guint32) (product->pixels * product->channels),
    .sheet_picture =
      (guint32) (sheet_bytes (product, &part->layout, part->lines) / sizeof (float)),
  };
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (product->dtype, PZ_KERNEL_SHEET_F16, PZ_KERNEL_SHEET_F32),
    .spec = { [PZ_SPEC_LOCAL_X] = part->layout.tile.lanes },
    .n_spec = PZ_SPEC_LOCAL_X + 1,
    .groups = { (guint) sheet_lines (product, part->lines),
                product->channels / PZ_SHEET_CHANNELS, part->pictures },
    .reads = { { args.x, part->pictures * picture_bytes } },
    .n_reads = 1,
    .writes = { part->sheet },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) part->sheet.bytes },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static guint
product_kernel (const Part *part)
{
  if (part->layout.widens)
    return PZ_KERNEL_SHEET_PRODUCT_F16_W32;
  return pz_kernel_for (part->product->dtype, PZ_KERNEL_SHEET_PRODUCT_F16,
                        PZ_KERNEL_SHEET_PRODUCT_F32);
}

static PzSheetProductArgs
product_args (const PzNode *node, const PzLowering *lowering, const Part *part)
{
  const PzSheetProduct *product = part->product;
  const gsize first_line = part->picture * product->out_height + part->first_line;

  return (PzSheetProductArgs) {
    .sheet = part->sheet.address,
    .w = part->w.address,
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) product->m,
    .n = product->n,
    .rows_per_batch = (guint32) product->m_alone,
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
      (guint32) sheet_lines (product, part->lines) - part->lines * part->layout.line_step,
    .phases = part->layout.phases,
    .kernel_width = product->kernel_width,
    .taps = product->kernel_height * product->kernel_width,
    .vectors_first = part->w.bytes > part->sheet.bytes,
  };
}

static void
multiply (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzSheetTile *tile = &part->layout.tile;
  const PzSheetProduct *product = part->product;
  const PzSheetProductArgs args = product_args (node, lowering, part);
  const guint outputs = (guint) pz_div_up (part->columns, PZ_SHEET_OUTPUTS);
  const guint tiles = (guint) pz_div_up (args.n_vectors, tile->vectors);
  const gsize row_bytes = pz_node_bytes (node) / product->m;
  const gsize lines = (gsize) part->pictures * part->lines;
  const gsize rows = MIN (lines * product->out_width, product->m - args.first_row);
  PzDispatch dispatch = {
    .kernel = product_kernel (part),
    .subgroup_size = tile->lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = tile->lanes,
              [PZ_SPEC_SHEET_VECTORS] = tile->vectors,
              [PZ_SPEC_SHEET_DEPTH] = tile->depth,
              [PZ_SPEC_SHEET_PACKED] = product->n % PZ_SHEET_OUTPUTS == 0,
              [PZ_SPEC_SHEET_ACT] = product->acts.act,
              [PZ_SPEC_SHEET_ACT_OUT] = product->acts.act_out },
    .n_spec = PZ_SPEC_SHEET_N,
    .groups = { args.vectors_first ? tiles : outputs, args.vectors_first ? outputs : tiles, 1 },
    .reads = { part->sheet, part->w },
    .n_reads = 2,
  };

  pz_product_add_ranges (node, lowering, args.first_row * row_bytes, rows * row_bytes,
                         &dispatch);
  dispatch.cost.flops =
    2.0 * (gdouble) window (product) * (gdouble) lines * args.out_width * part->columns;
  dispatch.cost.bytes =
    (gdouble) (part->sheet.bytes + part->w.bytes + dispatch.writes[0].bytes);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

/* The part's columns against all of x. `turned`: x is one part that lies in the sheet already. */
static void
lower_columns (const PzNode *node, PzLowering *lowering, Part *part, gboolean turned)
{
  const PzSheetProduct *product = part->product;

  for (part->picture = 0; part->picture < product->pictures;
       part->picture += part->layout.pictures)
    for (part->first_line = 0; part->first_line < product->out_height;
         part->first_line += part->layout.band_lines)
      {
        part->lines = MIN (part->layout.band_lines, product->out_height - part->first_line);
        part->pictures = (guint) MIN (part->layout.pictures, product->pictures - part->picture);
        part->sheet.bytes = part->pictures * sheet_bytes (product, &part->layout, part->lines);
        if (!turned)
          turn (node, lowering, part);
        multiply (node, lowering, part);
      }
}

void
pz_sheet_lower (const PzNode *node, PzLowering *lowering, const PzSheetProduct *product)
{
  const PzSheetProduct folded = fold (lowering->limits, product);
  Part part = { .product = &folded, .layout = layout_of (lowering->limits, &folded) };
  const gboolean one =
    folded.pictures == part.layout.pictures && part.layout.band_lines == folded.out_height;
  const gsize slab = slab_offset (&folded, &part.layout);

  part.sheet.address = lowering->scratch_address;
  for (; part.first_column < product->n; part.first_column += part.layout.slab_columns)
    {
      part.columns = MIN (part.layout.slab_columns, product->n - part.first_column);
      part.w.address = pz_product_address (node, lowering, PZ_PRODUCT_W);
      part.w.bytes = pz_node_bytes (node->src[PZ_PRODUCT_W]);
      if (part.layout.widens)
        {
          const gsize first = part.first_column * window (product);
          const guint64 halves = part.w.address + first * sizeof (guint16);

          part.w.address = lowering->scratch_address + slab;
          part.w.bytes = part.columns * window (product) * sizeof (float);
          pz_widen_lower (node, lowering, halves, part.w);
        }
      lower_columns (node, lowering, &part, one && part.first_column > 0);
    }
}
