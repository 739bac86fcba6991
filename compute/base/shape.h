/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shapes of contiguous tensors: 1 to PZ_MAX_DIMS dimensions, last dimension fastest.
 * Thread: any.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* "[2, 77, 768]". (transfer full) */
char *pz_shape_to_text (guint n_dims, const guint dims[]);

gboolean pz_shape_equal (guint n_a, const guint a[], guint n_b, const guint b[]);

/* Product of dims[from] .. dims[to - 1]; 1 for an empty range. The shape must be valid. */
gsize pz_shape_product (const guint dims[], guint from, guint to);

/* FALSE for an invalid shape: no dimensions, too many, a zero dimension, or more than 2^31 - 1 elements (kernels use 32-bit
 * indices). */
gboolean pz_shape_is_valid (guint n_dims, const guint dims[]);

/* TRUE if b can be broadcast to a: the dimensions of b, aligned to the last one of a, each equal that of a or are 1. */
gboolean pz_shape_broadcasts (guint n_a, const guint a[], guint n_b, const guint b[]);

G_END_DECLS
