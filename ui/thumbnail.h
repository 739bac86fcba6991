/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scales pictures. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/image.h"

G_BEGIN_DECLS

/* The whole picture scaled to width x height pixels, channels kept: area average when reducing, bicubic when enlarging.
 * (transfer full) */
PzImage *pz_thumbnail_scale (const PzImage *image, guint width, guint height);

/* The same by rows, for when the whole result would need much memory. The image must have its pixels in memory.
 * Thread: any. */
typedef struct _PzScaler PzScaler;

PzScaler *pz_scaler_new (PzImage *image, guint width, guint height);
void pz_scaler_free (PzScaler *scaler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzScaler, pz_scaler_free)
/* n rows, starting at `first`. (transfer full) */
PzImage *pz_scaler_get_rows (const PzScaler *scaler, guint first, guint n);

/* An RGB(A) picture at its own size. (transfer full) */
GdkPixbuf *pz_thumbnail_pixbuf (const PzImage *image);

/* An RGB(A) picture as a surface that fits into a square of `size` logical pixels on the widget's screen (sharp on
 * HiDPI). (transfer full) */
cairo_surface_t *pz_thumbnail_surface (const PzImage *image, guint size, GtkWidget *widget);

G_END_DECLS
