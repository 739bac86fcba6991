/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The guided filter (He, Sun and Tang, Guided Image Filtering, 2013): in each window, a linear function of the colours is
 * fitted to the mask. Where the colours change together with the mask, the mask takes over their edges.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_GUIDE_PLANES 4

typedef struct
{
  guint width, height;
  guint radius; /* windows are 2 radius + 1 pixels wide and high, clipped to the picture */
  float epsilon; /* colour variance that is regarded as none */
  float *planes[PZ_GUIDE_PLANES]; /* [height, width]: mask = p[0] R + p[1] G + p[2] B + p[3] */
} PzGuide;

/* Computes the planes; each value is the mean over all windows that contain the pixel. pixels: [height, width, 3]; mask:
 * [height, width]. */
void pz_guide_find (PzGuide *guide, const float *pixels, const float *mask);
void pz_guide_clear (PzGuide *guide);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGuide, pz_guide_clear)

G_END_DECLS
