/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes a mask with a soft edge. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* The 1-channel mask, faded inwards from its edge over a fraction of its shorter side, so that nothing outside is
 * touched. Where the mask meets the border of the picture it has no edge. A mask that is soft already, such as a
 * feathered selection, is returned unchanged. (transfer full) */
PzImage *pz_soft_edge (PzImage *mask);

G_END_DECLS
