/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The layer tree of an image: siblings, order and parents. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef void (*PzLayerFunc) (GimpLayer *layer, gpointer data);

/* Calls func for every layer from the top, for a group before its children. func may change layers, but must not move
 * them. */
void pz_layer_tree_walk (GimpImage *image, PzLayerFunc func, gpointer data);

/* The children of the group that contains the layer, or the top-level layers of the image, from the top,
 * NULL-terminated. (transfer container) */
GimpItem **pz_layer_tree_siblings (GimpItem *layer);

/* The outermost group around the layer whose content is locked, else the layer itself. GIMP does not let a plug-in
 * write into anything inside such a group. */
GimpItem *pz_layer_tree_outside_locks (GimpItem *layer);

G_END_DECLS
