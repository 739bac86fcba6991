/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gives a worker thread the rows of drawables, from top to bottom. Only the main thread may talk to GIMP: it fetches
 * the rows in bands, in idle callbacks of the main loop.
 *
 * Thread: main (libgimp), except pz_bands_read ().
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef struct _PzBands PzBands;

/* still_there: called before each fetch; once it returns FALSE, nothing is fetched any more. */
PzBands *pz_bands_new (gboolean (*still_there) (gpointer data), gpointer data);
PzBands *pz_bands_ref (PzBands *bands);
void pz_bands_unref (PzBands *bands); /* the last reference: on main */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBands, pz_bands_unref)

typedef enum
{
  PZ_PLANE_MASK, /* 1 channel, as stored; 0 outside the drawable */
  PZ_PLANE_COLOURS, /* R'G'B'; 0 outside */
  PZ_PLANE_ALPHA, /* 1 channel; 0 outside */
  PZ_PLANE_PICTURE, /* R'G'B'A; outside, the border pixels are repeated */
} PzPlane;

/* Adds a plane, before the first read: a drawable whose corner is at (x, y). Returns its index. */
guint pz_bands_add (PzBands *bands, GimpDrawable *drawable, gint x, gint y, PzPlane what);

/* Reads n pixels starting at (x, y) into values [n, channels]; 0 after pz_bands_stop (). One thread at a time: main, or
 * another thread while the main loop runs. */
void pz_bands_read (PzBands *bands, guint plane, gint x, gint y, gint n, float *values);

/* Makes a pz_bands_read () that waits return at once. */
void pz_bands_stop (PzBands *bands);

G_END_DECLS
