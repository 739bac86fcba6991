/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Planar copies in scratch, for products on CPU devices: see shaders/args/to_planar.h.
 */
#pragma once

#include "compute/ops/lower.h"
#include "shaders/args/to_planar.h"

G_BEGIN_DECLS

typedef struct
{
  PzToPlanarArgs args;
  PzDtype dtype; /* of x */
  guint lanes;
  guint stride; /* 0 = 1 */
  guint fold_width; /* pixels per line if lines are folded; 0 = not folded */
  guint lines; /* of the copy of one picture */
  guint pictures; /* 0 = 1 */
  PzRange x, planar;
  gdouble bytes; /* bytes moved, for the cost */
} PzToPlanar;

/* Appends the dispatch. */
void pz_to_planar_lower (const PzNode *node, PzLowering *lowering, const PzToPlanar *copy);

G_END_DECLS
