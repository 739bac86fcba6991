/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolutions and linear layers on devices whose lanes are a processor's vector registers: x is
 * first is_planar into a planar of floats in scratch, in which neighbouring pixels lie side by side, then
 * multiplied with kernels that load whole vectors of it. Where many rows share the weight, its halves
 * become floats first, too. A band of lines and a weight_at of the weight at a time, so that both stay in
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
  gsize m_per_entry; /* of them, those that one picture or prompt has: decides the form */
  guint n;
  PzDtype dtype; /* of x, weight and result */
  PzProductActs acts;
} PzPlanarProduct;

/* Rows as the pixels of a picture with one channel per k. */
PzPlanarProduct pz_planar_product_of_rows (const PzGpuLimits *limits, const PzRows *rows);

/* TRUE if a product should run this way. */
gboolean
pz_planar_product_applies (const PzNode *node, const PzLowering *lowering, const PzPlanarProduct *product);

/* For PzOpClass.scratch_bytes; 0 where no product of this kind runs this way. */
gsize pz_planar_product_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product);

/* Appends the dispatches of node = product; its sources are those of product.h. */
void pz_planar_product_lower (const PzNode *node, PzLowering *lowering, const PzPlanarProduct *product);

G_END_DECLS
