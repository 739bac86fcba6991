/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is kept of a layer that is read. Thread: any.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

/* Whether a mask, as far as one sees from afar, hides nothing: it says no more than none. */
gboolean pz_thing_needs_no_mask (const PzImage *mask);

/* A picture of rows in memory, as large as the model looks at things: at most PZ_MAX_CROP on its longer side. (transfer full) */
PzImage *pz_thing_keep (PzImage *rows);

/* Fills the concept's image and mask. Cut to its square the picture has the same square again: nothing else is looked at. What the
 * model averages down is averaged here, and never kept in full. mask NULL = everything. */
void
pz_thing_cut (PzHostConcept *concept, PzImage *picture, PzImage *mask, const PzSquare *square);

G_END_DECLS
