/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Backward rules shared by linear and conv2d.
 */
#pragma once

#include "compute/ops/product.h"

G_BEGIN_DECLS

/* Appends the same product of the same sources with another epilogue. */
typedef PzTensor *(*PzProductAgain) (PzGraph *graph,
                                     const PzNode *node,
                                     const PzEpilogue *epilogue);

/* Sets d_src of the epilogue's sources; returns the gradient of the product. The input of an activation is not stored: it is
 * recomputed, but only if there is an activation and a wanted gradient needs it. */
PzTensor *pz_product_backward_epilogue (PzGraph *graph,
                                        const PzNode *node,
                                        const PzProductActs *acts,
                                        PzProductAgain again,
                                        PzTensor *d_out,
                                        const gboolean wanted[PZ_MAX_SRC],
                                        PzTensor *d_src[PZ_MAX_SRC]);

/* For x [..., K] times a weight [N, K]: sets d_src of both from the gradient of the product. */
void pz_product_backward_rows (PzGraph *graph,
                               const PzNode *node,
                               PzTensor *d_y,
                               const gboolean wanted[PZ_MAX_SRC],
                               PzTensor *d_src[PZ_MAX_SRC]);

G_END_DECLS
