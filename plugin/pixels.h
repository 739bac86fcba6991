/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pixels of drawables, in the formats that the engine reads. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* A rectangle of a drawable in its own coordinates, converted from the image's profile and precision; what is outside is 0, or
 * the nearest pixel where `clamp`. `channels` is the format's. (transfer full) */
float *pz_pixels_read (GimpDrawable *drawable,
                       const GeglRectangle *rectangle,
                       const char *format,
                       guint channels,
                       gboolean clamp);

/* Over white where it is transparent. (transfer full) */
PzImage *pz_pixels_read_picture (GimpDrawable *drawable, const GeglRectangle *rectangle);

/* R'G'B', or what a mask holds for 1 channel, onto the whole of a drawable, scaled to its size some rows at a time. */
void pz_pixels_write (GimpDrawable *drawable, PzImage *image);

/* Finds, in a thread of its own, how what pz_pixels_write() writes is converted for new layers of an image: it takes babl up to half
 * a second once per process, which should not be the time between Stop and the layers. (transfer full): to be joined. */
GThread *pz_pixels_prepare (GimpImage *image);

G_END_DECLS
