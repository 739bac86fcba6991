/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolutions and linear layers on CPU devices, where the lanes of a subgroup are the elements of a vector register. x is
 * copied to planar f32 in scratch, where neighbouring pixels of a channel are contiguous; then kernels that load whole vectors
 * of it multiply (implicit GEMM). If many rows use the weight, it is converted to f32 as well. Both are processed in blocks, of
 * lines and of the result's columns, so that the blocks fit the cache and scratch stays small.
 *
 * Sums run over k in order, so block sizes never change a bit of the result.
 */
#pragma once

#include "compute/ops/rows.h"

G_BEGIN_DECLS

typedef struct
{
  gsize pictures; /* number of pictures in x */
  guint height; /* of one picture */
  guint width;
  gsize pixels; /* of one picture: height * width, or less if the last line is incomplete */
  guint channels;
  guint kernel_height;
  guint kernel_width;
  guint stride;
  guint pad_top;
  guint pad_left;
  guint out_height;
  guint out_width;
  guint fold; /* lines of the result concatenated to fill a vector; callers pass 0 */
  gsize m; /* rows of the result */
  gsize m_per_entry; /* rows of one batch entry: selects the kernel */
  guint n;
  PzDtype dtype; /* of x, result, and a weight that is not packed */
  gboolean is_packed; /* the weight is PZ_ROWS8 */
  PzProductActs acts;
} PzPlanarProduct;

/* Treats rows as pixels of one picture that has one channel per element of k. */
PzPlanarProduct pz_planar_product_of_rows (const PzGpuLimits *limits, const PzRows *rows);

/* TRUE if this product should use this implementation. */
gboolean pz_planar_product_applies (const PzNode *node,
                                    const PzLowering *lowering,
                                    const PzPlanarProduct *product);

/* For PzOpClass.scratch_bytes; 0 if this implementation is never used. */
gsize pz_planar_product_scratch_bytes (const PzGpuLimits *limits,
                                       const PzPlanarProduct *product);

/* Appends the dispatches that compute node, the result of the product; its sources are those of product.h. */
void pz_planar_product_lower (const PzNode *node,
                              PzLowering *lowering,
                              const PzPlanarProduct *product);

G_END_DECLS
