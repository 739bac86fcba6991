/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tree of an image's layers: who stands beside, above and around whom. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef void (*PzLayerFunc) (GimpLayer *layer, gpointer data);

/* Calls func for every layer, from the top, a group before what is inside. func may change layers, but not move them. */
void pz_layer_tree_walk (GimpImage *image, PzLayerFunc func, gpointer data);

/* The layers of the group that holds the layer, or of the image, from the top, ended by NULL. (transfer container) */
GimpItem **pz_layer_tree_siblings (GimpItem *layer);

/* The outermost group around the layer whose content is locked, else the layer itself. GIMP lets no plug-in write into
 * anything inside. */
GimpItem *pz_layer_tree_outside_locks (GimpItem *layer);

G_END_DECLS
