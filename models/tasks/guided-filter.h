/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The guided filter (He, Sun and Tang, Guided Image Filtering, 2013): in each window a mask is fitted as a linear function of
 * the colours; where colours change with the mask its edge becomes theirs.
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
  guint radius; /* a window is 2 radius + 1 pixels wide and high, cut at the picture's edges */
  float epsilon; /* variance of a colour that counts as none */
  float *planes
    [PZ_GUIDE_PLANES]; /* mask = planes[0] R + planes[1] G + planes[2] B + planes[3], [height, width] each */
} PzGuide;

/* Finds the planes, which are the mean of those of all windows around a pixel. pixels: [height, width, 3]; mask: [height, width]. */
void pz_guide_find (PzGuide *guide, const float *pixels, const float *mask);
void pz_guide_clear (PzGuide *guide);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGuide, pz_guide_clear)

G_END_DECLS
