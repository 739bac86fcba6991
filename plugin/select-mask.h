/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A mask to the image's selection. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* The mask, 1 channel, stretched over the layer, replaces what is selected: one undo step. FALSE = GIMP did not take it. */
gboolean pz_select_mask (GimpLayer *layer, PzImage *mask);

G_END_DECLS
