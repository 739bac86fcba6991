/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Backward rules that linear and conv2d share.
 */
#pragma once

#include "compute/ops/product.h"

G_BEGIN_DECLS

/* The same product of the same sources, with that epilogue. */
typedef PzTensor *(*PzProductAgain) (PzGraph *graph,
                                     const PzNode *node,
                                     const PzEpilogue *epilogue);

/* Sets d_src of the epilogue's sources; returns the gradient of the product itself. What stood before an
 * activation is not kept but made again: only activations whose slope needs it cost that. */
PzTensor *pz_product_backward_epilogue (PzGraph *graph,
                                        const PzNode *node,
                                        const PzProductActs *acts,
                                        PzProductAgain again,
                                        PzTensor *d_out,
                                        const gboolean wanted[PZ_MAX_SRC],
                                        PzTensor *d_src[PZ_MAX_SRC]);

/* All rows of x [..., K] against a weight [N, K]: sets d_src of both from the gradient of the product. */
void pz_product_backward_rows (PzGraph *graph,
                               const PzNode *node,
                               PzTensor *d_y,
                               const gboolean wanted[PZ_MAX_SRC],
                               PzTensor *d_src[PZ_MAX_SRC]);

G_END_DECLS
