/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/layer-tree.h"

static void
walk (GimpItem **items, PzLayerFunc func, gpointer data)
{
  for (guint i = 0; items && items[i]; i++)
    {
      func (GIMP_LAYER (items[i]), data);
      if (gimp_item_is_group (items[i]))
        {
          g_autofree GimpItem **children = gimp_item_get_children (items[i]);

          walk (children, func, data);
        }
    }
}

void
pz_layer_tree_walk (GimpImage *image, PzLayerFunc func, gpointer data)
{
  g_autofree GimpItem **top = (GimpItem **) gimp_image_get_layers (image);

  walk (top, func, data);
}

GimpItem **
pz_layer_tree_siblings (GimpItem *layer)
{
  GimpItem *parent = gimp_item_get_parent (layer);

  return parent ? gimp_item_get_children (parent)
                : (GimpItem **) gimp_image_get_layers (gimp_item_get_image (layer));
}

GimpItem *
pz_layer_tree_outside_locks (GimpItem *layer)
{
  GimpItem *outside = layer;

  for (GimpItem *group = gimp_item_get_parent (layer); group;
       group = gimp_item_get_parent (group))
    if (gimp_item_get_lock_content (group))
      outside = group;
  return outside;
}
