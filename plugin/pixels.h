/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures into drawables. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* R'G'B', or what a mask holds for 1 channel, onto the whole of a drawable, scaled to its size. */
void pz_pixels_write (GimpDrawable *drawable, PzImage *image);

/* The same some rows at a time, each of which takes some milliseconds: for who has a window to keep alive. NULL = the drawable is
 * gone. */
typedef struct _PzPixelWriter PzPixelWriter;

PzPixelWriter *pz_pixel_writer_new (GimpDrawable *drawable, PzImage *image);
/* The drawable must still be there. FALSE = all is written. */
gboolean pz_pixel_writer_go_on (PzPixelWriter *writer);
/* Whether or not all is written, or the drawable is there. */
void pz_pixel_writer_free (PzPixelWriter *writer);

/* How pixels of the results' layers are kept: changes with precision, mode and profile of the image. */
const Babl *pz_pixels_format (GimpImage *image);

/* Finds, in a thread of its own, how what pz_pixels_write() writes is converted for new layers of an image: it takes babl up to half
 * a second once per process, which should not be the time between Stop and the layers. (transfer full): to be joined; NULL = there is no
 * thread for it, and the first writing finds it. */
GThread *pz_pixels_prepare (GimpImage *image);

G_END_DECLS
