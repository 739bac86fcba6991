/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradients of a convolution's input and weight; both are computed by convolutions.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* d_y: the gradient of the convolution before its epilogue; conv: the stride and padding. */
void pz_conv2d_backward (PzGraph *graph,
                         const PzNode *node,
                         const PzConv2d *conv,
                         PzTensor *d_y,
                         const gboolean wanted[PZ_MAX_SRC],
                         PzTensor *d_src[PZ_MAX_SRC]);

G_END_DECLS
