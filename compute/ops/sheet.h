/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolutions and linear layers on devices whose lanes are a processor's vector registers: x is
 * first turned into a sheet of floats in scratch, in which neighbouring pixels lie side by side, then
 * multiplied with kernels that load whole vectors of it. Where many rows share the weight, its halves
 * become floats first, too. A band of lines and a slab of the weight at a time, so that both stay in
 * a processor's cache and scratch stays small.
 *
 * Every sum has the order that plain lanes give it.
 */
#pragma once

#include "compute/ops/rows.h"

G_BEGIN_DECLS

typedef struct
{
  gsize pictures; /* of x, one after the other */
  guint height; /* of one */
  guint width;
  gsize pixels; /* of one: height * width, or less where its last line is incomplete */
  guint channels;
  guint kernel_height;
  guint kernel_width;
  guint stride;
  guint pad_top;
  guint pad_left;
  guint out_height;
  guint out_width;
  guint fold; /* lines of the result that share a vector; from callers 0 */
  gsize m; /* rows of the result */
  gsize m_alone; /* of them, those that one picture or prompt has: decides the form */
  guint n;
  PzDtype dtype; /* of x, weight and result */
  PzProductActs acts;
} PzSheetProduct;

/* Rows as the pixels of a picture with one channel per k. */
PzSheetProduct pz_sheet_of_rows (const PzGpuLimits *limits, const PzRows *rows);

/* TRUE if a product should run this way. */
gboolean
pz_sheet_takes (const PzNode *node, const PzLowering *lowering, const PzSheetProduct *product);

/* For PzOpClass.scratch_bytes; 0 where no product of this kind runs this way. */
gsize pz_sheet_scratch_bytes (const PzGpuLimits *limits, const PzSheetProduct *product);

/* Appends the dispatches of node = product; its sources are those of product.h. */
void pz_sheet_lower (const PzNode *node, PzLowering *lowering, const PzSheetProduct *product);

G_END_DECLS
