/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts f16 and packed data to f32 in scratch, for kernels with uniform loads, in which each f16 conversion would take
 * several instructions.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* Appends the dispatch that converts floats.bytes / 4 f16 values, starting at the address `halves`. */
void pz_to_f32_lower (const PzNode *node, PzLowering *lowering, guint64 halves, PzRange floats);

/* The same for whole rows of a packed tensor (PZ_ROWS8), starting at row `first`. */
void pz_rows_to_f32_lower (const PzNode *node,
                           PzLowering *lowering,
                           const PzNode *packed,
                           guint first,
                           PzRange floats);
/* Appends the dispatch that converts node's packed source to node, in f16 or f32. */
void pz_unpack_lower (const PzNode *node, PzLowering *lowering);

G_END_DECLS
