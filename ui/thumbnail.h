/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures in another size. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/image.h"

G_BEGIN_DECLS

/* The whole picture in width x height pixels, channels kept: area average where it gets smaller, bicubic where larger.
 * (transfer full) */
PzImage *pz_thumbnail_scale (const PzImage *image, guint width, guint height);

/* RGB(A) picture in its own size. (transfer full) */
GdkPixbuf *pz_thumbnail_pixbuf (const PzImage *image);

/* RGB(A) picture as a surface that fits into a square of `size` logical pixels on the widget's
 * screen (sharp on HiDPI). (transfer full) */
cairo_surface_t *pz_thumbnail_surface (const PzImage *image, guint size, GtkWidget *widget);

G_END_DECLS
