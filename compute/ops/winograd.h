/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 3x3 convolutions of stride 1 by Winograd's F(2x2, 3x3) and F(3x3, 3x3) (Lavin and Gray, arXiv
 * 1509.09308) on devices whose lanes are a processor's vector registers: 16 products for 4 pixels, or 25
 * for 9, instead of 36 or 81.
 * Everything between x and the result is in f32; x, the weight and the products are transformed in
 * scratch, a band of tiles and a slab of columns at a time. Tensors of floats are not
 * computed this way, so that --f32 tells rounding from mistakes.
 */
#pragma once

#include "compute/ops/planar-product.h"

G_BEGIN_DECLS

/* TRUE if a convolution should run this way. */
gboolean pz_winograd_applies (const PzNode *node,
                            const PzLowering *lowering,
                            const PzPlanarProduct *product);

/* For PzOpClass.scratch_bytes; 0 where no convolution of this kind runs this way. */
gsize pz_winograd_scratch_bytes (const PzGpuLimits *limits, const PzPlanarProduct *product);

/* Appends the dispatches of node = product; its sources are those of product.h. */
void
pz_winograd_lower (const PzNode *node, PzLowering *lowering, const PzPlanarProduct *product);

G_END_DECLS
