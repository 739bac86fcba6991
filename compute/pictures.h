/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops on pictures that are not part of a network. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Antialiased bicubic resize (a = -0.5), with the same results as PIL for 8-bit pictures: a horizontal, then a vertical pass,
 * each rounded and clipped to levels 0..255. x F32 [B, H, W, C] in 0..1 (multiples of 1/255) -> F32 [B, out_h, out_w, C] in
 * 0..1. */
PzTensor *pz_resize_bicubic (PzGraph *graph, PzTensor *x, guint out_h, guint out_w);

G_END_DECLS
