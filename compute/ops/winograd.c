/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/winograd.h"

#include "shaders/args/sheet_product.h"
#include "shaders/args/winograd_finish.h"
#include "shaders/args/winograd_turn.h"
#include "shaders/args/winograd_weight.h"

#define POINTS 16
#define WINDOW 9

/* Of transformed pixels, and of a slab of transformed weights: parts of a processor's last
 * cache. */
#define BAND_BYTES (8u << 20)
#define SLAB_BYTES (8u << 20)

/* Lines and columns of tiles; a part is a band of lines and a slab of the result's columns. */
typedef struct
{
  const PzSheetProduct *product;
  PzSheetTile tile;
  guint lines; /* of one picture */
  guint vectors_per_line;
  guint columns;
  guint band_lines; /* at most */
  guint slab; /* at most */
  gsize picture;
  guint first_line;
  guint part_lines;
  guint first_column;
  guint part_columns;
  PzRange sheets;
  PzRange points;
  PzRange products;
} Part;

static gboolean
pays (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  return product->dtype == PZ_F16 && product->kernel_height == 3 && product->kernel_width == 3
         && product->stride == 1 && product->channels % PZ_SHEET_CHANNELS == 0
         && product->n % PZ_SHEET_OUTPUTS == 0
         && pz_tuning_winograd_pays (limits, product->m_alone, product->out_width, product->n);
}

gboolean
pz_winograd_takes (const PzNode *node,
                   const PzLowering *lowering,
                   const PzSheetProduct *product)
{
  return pays (lowering->limits, product)
         && !pz_product_is_coop (node, lowering, product->m_alone, product->n,
                                 WINDOW * product->channels);
}

static gsize
plane_bytes (gsize rows, gsize columns)
{
  return pz_div_up (POINTS * rows * columns * sizeof (float), 256) * 256;
}

static void
set_ranges (Part *part, guint64 address, guint lines, guint columns)
{
  const guint channels = part->product->channels;

  part->sheets = (PzRange) { address, plane_bytes ((gsize) lines * channels, part->columns) };
  part->points =
    (PzRange) { part->sheets.address
                  + plane_bytes ((gsize) part->band_lines * channels, part->columns),
                plane_bytes (columns, channels) };
  part->products = (PzRange) { part->points.address + plane_bytes (part->slab, channels),
                               plane_bytes ((gsize) lines * columns, part->columns) };
}

static Part
layout_of (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  Part part = { .product = product,
                .tile = pz_tuning_sheet (limits, product->m, product->channels) };
  const gsize column_bytes = plane_bytes (1, product->channels);

  part.lines = (guint) pz_div_up (product->out_height, 2);
  part.vectors_per_line =
    (guint) pz_div_up (pz_div_up (product->out_width, 2), part.tile.lanes);
  part.columns = part.vectors_per_line * part.tile.lanes;
  part.band_lines = part.lines;
  while (part.band_lines > 1
         && plane_bytes ((gsize) part.band_lines * product->channels, part.columns)
              > BAND_BYTES)
    part.band_lines = (part.band_lines + 1) / 2;
  part.slab =
    (guint) MIN (SLAB_BYTES / column_bytes / PZ_SHEET_OUTPUTS * PZ_SHEET_OUTPUTS, product->n);
  part.slab = MAX (part.slab, PZ_SHEET_OUTPUTS);
  return part;
}

gsize
pz_winograd_scratch_bytes (const PzGpuLimits *limits, const PzSheetProduct *product)
{
  Part part;

  if (!pays (limits, product))
    return 0;
  part = layout_of (limits, product);
  set_ranges (&part, 0, part.band_lines, part.slab);
  return part.products.address + part.products.bytes;
}

static void
turn (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzSheetProduct *product = part->product;
  const gsize picture_bytes = pz_node_bytes (node->src[PZ_PRODUCT_X]) / product->pictures;
  const PzWinogradTurnArgs args = {
    .x = pz_product_address (node, lowering, PZ_PRODUCT_X) + part->picture * picture_bytes,
    .sheets = part->sheets.address,
    .plane = part->part_lines * product->channels * part->columns,
    .height = product->height,
    .width = product->width,
    .channels = product->channels,
    .columns = part->columns,
    .first_line = (gint32) (part->first_line * 2) - (gint32) product->pad_top,
    .pad_left = (gint32) product->pad_left,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_WINOGRAD_TURN_F16,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes },
    .n_spec = PZ_SPEC_LOCAL_X + 1,
    .groups = { part->part_lines, product->channels / 4, 1 },
    .reads = { { args.x, picture_bytes } },
    .n_reads = 1,
    .writes = { part->sheets },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) part->sheets.bytes },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
turn_weight (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const guint channels = part->product->channels;
  const gsize column_bytes = (gsize) WINDOW * channels * sizeof (guint16);
  const PzWinogradWeightArgs args = {
    .w = pz_product_address (node, lowering, PZ_PRODUCT_W) + part->first_column * column_bytes,
    .points = part->points.address,
    .n = part->part_columns,
    .channels = channels,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_WINOGRAD_WEIGHT_F16,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes },
    .n_spec = PZ_SPEC_LOCAL_X + 1,
    .groups = { (guint) pz_div_up (channels / 4, part->tile.lanes), part->part_columns, 1 },
    .reads = { { args.w, part->part_columns * column_bytes } },
    .n_reads = 1,
    .writes = { part->points },
    .n_writes = 1,
    .cost = { .bytes = (gdouble) part->points.bytes },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static void
multiply (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const guint channels = part->product->channels;
  const PzSheetProductArgs args = {
    .sheet = part->sheets.address,
    .w = part->points.address,
    .y = part->products.address,
    .n = part->part_columns,
    .n_vectors = part->part_lines * part->vectors_per_line,
    .vectors_per_line = part->vectors_per_line,
    .channels = channels,
    .columns = part->columns,
    .phase_columns = part->columns,
    .line_step = 1,
    .phases = 1,
    .kernel_width = 1,
    .taps = 1,
    .sheet_plane = part->part_lines * channels * part->columns,
    .w_plane = part->part_columns * channels,
  };
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_SHEET_PRODUCT_SHEETS,
    .subgroup_size = part->tile.lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes,
              [PZ_SPEC_SHEET_VECTORS] = part->tile.vectors,
              [PZ_SPEC_SHEET_DEPTH] = part->tile.depth },
    .n_spec = PZ_SPEC_SHEET_N,
    .groups = { part->part_columns / PZ_SHEET_OUTPUTS,
                (guint) pz_div_up (args.n_vectors, part->tile.vectors), POINTS },
    .reads = { part->sheets, part->points },
    .n_reads = 2,
    .writes = { part->products },
    .n_writes = 1,
    /* Counted as what is asked for, so that rates can be compared. */
    .cost = { 2.0 * WINDOW * 4 * channels * part->part_columns * part->part_lines
                * part->columns,
              (gdouble) (part->sheets.bytes + part->points.bytes + part->products.bytes) },
  };

  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

static PzWinogradFinishArgs
finish_args (const PzNode *node, const PzLowering *lowering, const Part *part)
{
  const PzSheetProduct *product = part->product;

  return (PzWinogradFinishArgs) {
    .products = part->products.address,
    .w = part->products.address,
    .y = pz_lowering_address (lowering, node),
    .bias = pz_product_address (node, lowering, PZ_PRODUCT_BIAS),
    .batch_bias = pz_product_address (node, lowering, PZ_PRODUCT_BATCH_BIAS),
    .residual = pz_product_address (node, lowering, PZ_PRODUCT_RESIDUAL),
    .m = (guint32) product->m,
    .n = product->n,
    .rows_per_batch = (guint32) product->m_alone,
    .first_row = (guint32) (part->picture * product->out_height * product->out_width),
    .first_line = part->first_line * 2,
    .out_height = product->out_height,
    .out_width = product->out_width,
    .first_column = part->first_column,
    .columns = part->part_columns,
    .n_vectors = part->part_lines * part->vectors_per_line,
    .vectors_per_line = part->vectors_per_line,
  };
}

static void
finish (const PzNode *node, PzLowering *lowering, const Part *part)
{
  const PzSheetProduct *product = part->product;
  const PzWinogradFinishArgs args = finish_args (node, lowering, part);
  const gsize line_bytes = pz_node_bytes (node) / product->m * product->out_width;
  const guint lines = MIN (part->part_lines * 2, product->out_height - args.first_line);
  const gsize offset = (part->picture * product->out_height + args.first_line) * line_bytes;
  PzDispatch dispatch = {
    .kernel = PZ_KERNEL_WINOGRAD_FINISH_F16,
    .subgroup_size = part->tile.lanes,
    .spec = { [PZ_SPEC_LOCAL_X] = part->tile.lanes,
              [PZ_SPEC_WINOGRAD_ACT] = product->acts.act,
              [PZ_SPEC_WINOGRAD_ACT_OUT] = product->acts.act_out },
    .n_spec = PZ_SPEC_WINOGRAD_N,
    .groups = { part->part_columns / PZ_SHEET_OUTPUTS, args.n_vectors, 1 },
    .reads = { part->products },
    .n_reads = 1,
    .cost = { .bytes = (gdouble) part->products.bytes },
  };

  pz_product_add_ranges (node, lowering, offset, lines * line_bytes, &dispatch);
  pz_dispatch_args (&dispatch, &args);
  pz_lowering_add (lowering, node, &dispatch);
}

/* The part's columns against all of x. `turned`: x is one part that has been transformed. */
static void
lower_columns (const PzNode *node, PzLowering *lowering, Part *part, gboolean turned)
{
  for (part->picture = 0; part->picture < part->product->pictures; part->picture++)
    for (part->first_line = 0; part->first_line < part->lines;
         part->first_line += part->band_lines)
      {
        part->part_lines = MIN (part->band_lines, part->lines - part->first_line);
        set_ranges (part, lowering->scratch_address, part->part_lines, part->part_columns);
        if (!turned)
          turn (node, lowering, part);
        multiply (node, lowering, part);
        finish (node, lowering, part);
      }
}

void
pz_winograd_lower (const PzNode *node, PzLowering *lowering, const PzSheetProduct *product)
{
  Part part = layout_of (lowering->limits, product);
  const gboolean one = product->pictures == 1 && part.band_lines == part.lines;

  for (; part.first_column < product->n; part.first_column += part.slab)
    {
      part.part_columns = MIN (part.slab, product->n - part.first_column);
      set_ranges (&part, lowering->scratch_address, part.band_lines, part.part_columns);
      turn_weight (node, lowering, &part);
      lower_columns (node, lowering, &part, one && part.first_column > 0);
    }
}
