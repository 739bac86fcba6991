/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by concat, slice and copy, which move elements without computing.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* Each row of src[0] followed by the same row of src[1], in elements: see shaders/args/copy.h. */
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
