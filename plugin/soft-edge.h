/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A mask whose edge blends. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* The 1-channel mask, which fades inwards from its edge over a part of its shorter side, so that nothing outside is touched.
 * Where it meets the border of the picture it has no edge. One that fades already, as a feathered selection does, stays as it
 * is. (transfer full) */
PzImage *pz_soft_edge (PzImage *mask);

G_END_DECLS
