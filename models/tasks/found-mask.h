/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of the subject finder's coarse answer, one chance for each pixel of a square: it is corrected by the colours of
 * the thing and of what is around it, and laid along the picture's edges.
 *
 * Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* Chances that a pixel is the thing, in place: those whose colour is more frequent in the thing than around it rise, others fall
 * (Rother, Kolmogorov and Blake, GrabCut, 2004, with histograms, and a guided filter instead of cuts). pixels: [side, side, 3],
 * 0..1. */
void pz_mask_by_colours (const float *pixels, guint side, float *chances);

/* The coarse answer, 1 channel, stretched as the picture was, in the picture's size, its edge where the picture has one: a guided
 * filter by the colours, of at most 512 pixels a side, applied to every pixel (He and Sun, Fast Guided Filter, 2015). What is
 * transparent is outside. to: zeroed rows of `stride` bytes, 255 = the thing. FALSE with CANCELLED. Takes time by the picture's
 * pixels. */
gboolean pz_mask_along_edges (const PzImage *image,
                              const PzImage *coarse,
                              guint8 *to,
                              gsize stride,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
