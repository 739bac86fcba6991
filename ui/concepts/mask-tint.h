/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draws a picture with its mask: the area outside fades to a cool grey, and the mask's edge is a line. Pure function.
 * Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* picture: RGB(A); mask: 1 channel of the same size; reach: half of the line's width in pixels. RGB, (transfer full) */
PzImage *pz_mask_tint (const PzImage *picture, const PzImage *mask, gint reach);

G_END_DECLS
