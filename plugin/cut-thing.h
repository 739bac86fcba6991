/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reduces a layer that is read to the part that is kept. Thread: any.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

/* Whether a mask hides nothing when seen at low resolution: such a mask is not needed. */
gboolean pz_thing_needs_no_mask (const PzImage *mask);

/* Copies a row-based picture into memory, at the size at which the model looks at subjects: at most PZ_MAX_CROP on the
 * longer side. (transfer full) */
PzImage *pz_thing_keep (PzImage *rows);

/* Sets the concept's image and mask, cut to the square. The cut picture yields the same square again: nothing else is
 * looked at. What the model would average down is averaged here, and never kept at full size. mask NULL = everything. */
void
pz_thing_cut (PzHostConcept *concept, PzImage *picture, PzImage *mask, const PzSquare *square);

G_END_DECLS
