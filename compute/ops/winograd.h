/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 3x3 convolutions with stride 1 on CPU devices, with Winograd's F(2x2, 3x3) and F(3x3, 3x3) (Lavin and Gray, arXiv
 * 1509.09308): 16 products for 4 pixels, or 25 for 9, instead of 36 or 81.
 *
 * All intermediate values are f32, in scratch, for one block of tiles and one block of columns at a time. F32 tensors never use
 * it, so that --f32 can distinguish rounding errors from bugs.
 */
#pragma once

#include "compute/ops/planar-product.h"

G_BEGIN_DECLS

/* TRUE if this convolution should use Winograd's algorithm. */
gboolean pz_winograd_applies (const PzNode *node,
                              const PzLowering *lowering,
                              const PzPlanarProduct *product);

/* For PzOpClass.scratch_bytes; 0 if the algorithm is never used. */
gsize pz_winograd_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product);

/* Appends the dispatches that compute node, the result of the product; its sources are those of product.h. */
void
pz_winograd_lower (const PzNode *node, PzLowering *lowering, const PzPlanarProduct *product);

G_END_DECLS
