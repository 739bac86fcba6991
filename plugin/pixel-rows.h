/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A rectangle of a drawable as a picture that is read by rows, some of which are in memory at a time. Thread: main (libgimp), where
 * rows are read too; who must not hold it up reads through bands.h.
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_PIXELS_MASK, /* 1 channel, as it is stored; 0 outside */
  PZ_PIXELS_PICTURE, /* R'G'B' over white; outside goes on what is at the border */
} PzPixels;

typedef struct _PzPixelRows PzPixelRows;

/* rectangle: in the drawable's own coordinates, also beyond it. */
PzPixelRows *
pz_pixel_rows_new (GimpDrawable *drawable, const GeglRectangle *rectangle, PzPixels what);
void pz_pixel_rows_free (PzPixelRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPixelRows, pz_pixel_rows_free)

/* (transfer none) */
PzImage *pz_pixel_rows_get_image (const PzPixelRows *rows);

G_END_DECLS
