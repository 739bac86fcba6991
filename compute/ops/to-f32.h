/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Conversion of f16 and packed data to f32 in scratch, for kernels with uniform loads, where each conversion of a half takes several
 * instructions.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* Appends the dispatch that converts floats.bytes / 4 halves from an address on. */
void pz_to_f32_lower (const PzNode *node, PzLowering *lowering, guint64 halves, PzRange floats);

/* The same of whole rows of a packed tensor (PZ_ROWS8), from `first` on. */
void pz_rows_to_f32_lower (const PzNode *node,
                           PzLowering *lowering,
                           const PzNode *packed,
                           guint first,
                           PzRange floats);
/* node is its packed source in f16 or f32. */
void pz_unpack_lower (const PzNode *node, PzLowering *lowering);

G_END_DECLS
