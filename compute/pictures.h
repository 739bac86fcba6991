/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops on pictures that no network has. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Antialiased bicubic (a = -0.5) as PIL's resize does it on 8-bit pictures: horizontal pass, then vertical, each rounded and
 * clipped to 0..255 levels. x F32 [B, H, W, C] in 0..1 (multiples of 1/255) -> F32 [B, out_h, out_w, C] in 0..1. */
PzTensor *pz_resize_bicubic (PzGraph *graph, PzTensor *x, guint out_h, guint out_w);

G_END_DECLS
