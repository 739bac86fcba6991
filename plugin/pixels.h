/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures into drawables. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "models/image.h"

G_BEGIN_DECLS

/* R'G'B', or what a mask holds for 1 channel, onto the whole of a drawable, scaled to its size some rows at a time. */
void pz_pixels_write (GimpDrawable *drawable, PzImage *image);

/* Finds, in a thread of its own, how what pz_pixels_write() writes is converted for new layers of an image: it takes babl up to half
 * a second once per process, which should not be the time between Stop and the layers. (transfer full): to be joined; NULL = there is no
 * thread for it, and the first writing finds it. */
GThread *pz_pixels_prepare (GimpImage *image);

G_END_DECLS
