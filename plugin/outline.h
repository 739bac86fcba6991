/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Was a selection dragged or drawn? Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* Whether what is at least half inside is a box (its corners may be round) or an ellipse along the axes: what one drags around a
 * thing, and not its outline. mask: 1 channel, cut to what is selected, for it is looked at in 256 pixels a side; empty = FALSE. */
gboolean pz_outline_is_dragged (const PzImage *mask);

G_END_DECLS
