/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of the subject finder's coarse answer, one chance for each pixel of a square: it is corrected by the colours of
 * the thing and of what is around it, freed of small pieces and holes, and laid along the picture's edges.
 *
 * Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* A hint that is a box was drawn around all of the thing (Lempitsky and others, Image segmentation with a bounding box prior, 2009):
 * where what is likely leaves some of it empty and less likely pixels would fill it, all chances rise. hinted: [side, side]. */
void pz_mask_reach_box (float *chances, const guint8 *hinted, guint side);

/* Chances that a pixel is the thing, in place: those whose colour is more frequent in the thing than around it rise, others fall
 * (Rother, Kolmogorov and Blake, GrabCut, 2004, with histograms, and a guided filter instead of cuts). pixels: [side, side, 3],
 * 0..1. */
void pz_mask_by_colours (const float *pixels, guint side, float *chances);

/* Leaves the largest piece of what is likely, of those that the hint touches, and what is large beside it; the rest becomes 0. hinted:
 * [side, side], whether a pixel is inside the hint; NULL = there is none. FALSE = nothing stands out. */
gboolean pz_mask_keep_thing (float *chances, const guint8 *hinted, guint side);

/* Holes that are small beside the thing and do not reach the square's border become part of it. */
void pz_mask_fill_holes (float *chances, guint side);

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
