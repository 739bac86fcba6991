/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A layer with its effects, as a source of pixels. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* The layer, the drawable from which its pixels are read, and the position of those in the image. */
typedef struct
{
  GimpLayer *layer;
  GimpImage *image;
  GimpImage *scratch; /* holds the merged copy; NULL = no effects, the layer itself is read */
  GimpDrawable *pixels;
  char *name;
  gint x, y; /* in the image */
  gint width, height;
} PzLayerSource;

void pz_layer_source_open (PzLayerSource *source, GimpLayer *layer);
void pz_layer_source_close (PzLayerSource *source);

G_END_DECLS
