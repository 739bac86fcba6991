/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a selection was dragged as a shape or drawn as an outline. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* Whether the part of the mask with values of at least 0.5 is a rectangle (possibly with round corners) or an
 * axis-aligned ellipse: a shape dragged around a subject, not its outline. mask: 1 channel, cropped to the selection,
 * because it is examined at 256 pixels a side; empty = FALSE. */
gboolean pz_outline_is_dragged (const PzImage *mask);

G_END_DECLS
