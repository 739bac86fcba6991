/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Common to concat, slice and copy, which move elements without computing.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* Rows of src[1] after rows of src[0], in elements: shaders/args/copy.h. */
typedef struct
{
  gsize a_stride;
  gsize a_start;
  gsize a_length;
  gsize b_length;
} PzMoveRows;

/* Appends the dispatch that writes node. */
void pz_move_lower (const PzNode *node, PzLowering *lowering, const PzMoveRows *rows);

/* Every element is read and written once. */
void pz_move_cost (const PzNode *node, PzCost *cost);

G_END_DECLS
