/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Crops of a picture as @vladmandic/face-api prepares them for its networks: clipped, rounded down, padded to a square with
 * black, resized. Pure functions. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* In whole pixels, inside the picture. */
typedef struct
{
  guint x, y, width, height;
} PzFaceCrop;

/* FALSE: the rectangle does not overlap the picture by at least one pixel. */
gboolean pz_face_crop_clip (const PzImage *image,
                            double x,
                            double y,
                            double width,
                            double height,
                            PzFaceCrop *crop);

/* to: [side, side, 3], (level - mean) / 255 with levels 0 to 255. is_centred: half of the padding comes first; otherwise all of
 * it follows the crop. */
void pz_face_crop_resize (const PzImage *image,
                          const PzFaceCrop *crop,
                          gboolean is_centred,
                          guint side,
                          const float mean[3],
                          float *to);

G_END_DECLS
