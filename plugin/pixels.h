/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes pictures into drawables. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* Writes R'G'B', or a mask of 1 channel, to the whole drawable, scaled to its size. */
void pz_pixels_write (GimpDrawable *drawable, PzImage *image);

/* The same in steps of some rows that take a few milliseconds each, for callers with a window that must stay
 * responsive. NULL = the drawable is gone. */
typedef struct _PzPixelWriter PzPixelWriter;

PzPixelWriter *pz_pixel_writer_new (GimpDrawable *drawable, PzImage *image);
/* The drawable must still exist. FALSE = everything is written. */
gboolean pz_pixel_writer_go_on (PzPixelWriter *writer);
/* Whether or not everything is written, and whether or not the drawable still exists. */
void pz_pixel_writer_free (PzPixelWriter *writer);

/* The pixel format of the results' layers: it changes with precision, mode and profile of the image. */
const Babl *pz_pixels_format (GimpImage *image);

/* Finds, in a separate thread, the conversion that pz_pixels_write () needs for new layers of an image. This takes babl
 * up to half a second once per process, which should not delay the layers after Stop. (transfer full): the caller joins
 * it; NULL = no thread could be started, and the first write finds the conversion. */
GThread *pz_pixels_prepare (GimpImage *image);

G_END_DECLS
