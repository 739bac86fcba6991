/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes a mask the image's selection. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* Replaces the selection by the mask, 1 channel, scaled to the layer: one undo step. FALSE = GIMP refused. */
gboolean pz_select_mask (GimpLayer *layer, PzImage *mask);

G_END_DECLS
