/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 3x3 convolutions of stride 1 with Winograd's F(2x2, 3x3) and F(3x3, 3x3) (Lavin and Gray, arXiv
 * 1509.09308) on CPU devices: 16 products for 4 pixels, or 25 for 9, instead of 36 or 81.
 *
 * All intermediate values are f32, in scratch, for a block of tiles and a block of columns at a time. F32 tensors
 * never use it, so that --f32 tells rounding errors from mistakes.
 */
#pragma once

#include "compute/ops/planar-product.h"

G_BEGIN_DECLS

/* TRUE if this convolution should use Winograd's algorithm. */
gboolean pz_winograd_applies (const PzNode *node,
                              const PzLowering *lowering,
                              const PzPlanarProduct *product);

/* For PzOpClass.scratch_bytes; 0 where it is never used. */
gsize pz_winograd_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product);

/* Appends the dispatches of node = product; its sources are those of product.h. */
void
pz_winograd_lower (const PzNode *node, PzLowering *lowering, const PzPlanarProduct *product);

G_END_DECLS
