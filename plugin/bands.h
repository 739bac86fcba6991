/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of drawables for who goes through them from top to bottom, in a thread of its own: they are fetched some at a time, by
 * the main thread, which alone may talk to GIMP, between what else it has to do.
 *
 * Thread: main (libgimp), but for pz_bands_read ().
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef struct _PzBands PzBands;

/* still_there: asked before each fetching; once it is FALSE, nothing is fetched any more. */
PzBands *pz_bands_new (gboolean (*still_there) (gpointer data), gpointer data);
PzBands *pz_bands_ref (PzBands *bands);
void pz_bands_unref (PzBands *bands); /* the last one: main */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBands, pz_bands_unref)

typedef enum
{
  PZ_PLANE_MASK, /* 1 channel, as it is stored; 0 outside the drawable */
  PZ_PLANE_COLOURS, /* R'G'B'; 0 outside */
  PZ_PLANE_ALPHA, /* 1 channel; 0 outside */
  PZ_PLANE_PICTURE, /* R'G'B'A; outside goes on what is at the border */
} PzPlane;

/* One more plane, before the first reading: a drawable whose corner lies at (x, y). Returns its number. */
guint pz_bands_add (PzBands *bands, GimpDrawable *drawable, gint x, gint y, PzPlane what);

/* n pixels from (x, y) on, [n, channels]; 0 after pz_bands_stop (). One thread at a time: main, or another while the main loop
 * runs. */
void pz_bands_read (PzBands *bands, guint plane, gint x, gint y, gint n, float *values);

/* Who waits in pz_bands_read () goes on at once. */
void pz_bands_stop (PzBands *bands);

G_END_DECLS
