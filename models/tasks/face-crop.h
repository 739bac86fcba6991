/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rectangles of a picture as @vladmandic/face-api gives them to its networks: clipped, rounded down, made square with black,
 * resized. Pure functions. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* In whole pixels, all inside. */
typedef struct
{
  guint x, y, width, height;
} PzFaceCrop;

/* FALSE: nothing of it is in the picture. */
gboolean pz_face_crop_clip (const PzImage *image,
                            double x,
                            double y,
                            double width,
                            double height,
                            PzFaceCrop *crop);

/* to: [side, side, 3], levels of 0 to 255 less their mean, divided by 255. is_centred: half of the black in front; else all behind. */
void pz_face_crop_resize (const PzImage *image,
                          const PzFaceCrop *crop,
                          gboolean is_centred,
                          guint side,
                          const float mean[3],
                          float *to);

G_END_DECLS
