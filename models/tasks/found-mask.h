/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Post-processing of the subject finder's coarse result, which is one probability per pixel of a square: corrects it by the
 * colours inside and around the subject, removes small pieces and holes, and aligns it with the picture's edges.
 *
 * Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* A rectangular hint is assumed to enclose the whole subject (Lempitsky and others, Image segmentation with a bounding box
 * prior, 2009): if the likely pixels leave part of the box empty and less likely pixels would fill it, all probabilities are
 * raised. hinted: [side, side]. */
void pz_mask_reach_box (float *chances, const guint8 *hinted, guint side);

/* Updates the probabilities in place: raises those of pixels whose colour is more frequent in the subject than around it, and
 * lowers the others (Rother, Kolmogorov and Blake, GrabCut, 2004, with histograms, and a guided filter instead of cuts).
 * pixels: [side, side, 3], 0..1. */
void pz_mask_by_colours (const float *pixels, guint side, float *chances);

/* Keeps the largest piece of likely pixels that touches the hint, and other such pieces that are large compared with it;
 * everything else becomes 0. hinted: [side, side], whether a pixel is inside the hint; NULL = no hint. FALSE = nothing stands
 * out. */
gboolean pz_mask_keep_thing (float *chances, const guint8 *hinted, guint side);

/* Fills holes that are small compared with the subject and do not touch the border of the square. */
void pz_mask_fill_holes (float *chances, guint side);

/* Scales the coarse result (1 channel, scaled like the picture) up to the picture's size and aligns it with the picture's
 * edges: a guided filter on the colours, computed at 512 pixels per side or less and applied to every pixel (He and Sun, Fast
 * Guided Filter, 2015). Transparent pixels are outside. to: zeroed rows of `stride` bytes, 255 = subject. FALSE with CANCELLED.
 * Run time is proportional to the picture's pixels. */
gboolean pz_mask_along_edges (const PzImage *image,
                              const PzImage *coarse,
                              guint8 *to,
                              gsize stride,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
