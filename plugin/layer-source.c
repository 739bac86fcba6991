/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/layer-source.h"

/* The drawable's buffer contains neither the effects nor the layer mask. */
static gboolean
has_effects (GimpLayer *layer)
{
  g_autofree GimpDrawableFilter **filters = gimp_drawable_get_filters (GIMP_DRAWABLE (layer));

  return filters && filters[0];
}

static void
merge_effects (PzLayerSource *source)
{
  GimpColorProfile *profile = gimp_image_get_color_profile (source->image);
  GimpLayer *copy;

  source->scratch = gimp_image_new_with_precision (source->width, source->height,
                                                   gimp_image_get_base_type (source->image),
                                                   gimp_image_get_precision (source->image));
  gimp_image_undo_disable (source->scratch);
  if (profile)
    gimp_image_set_color_profile (source->scratch, profile);
  g_clear_object (&profile);
  copy = gimp_layer_new_from_drawable (GIMP_DRAWABLE (source->layer), source->scratch);
  gimp_image_insert_layer (source->scratch, copy, NULL, 0);
  gimp_drawable_merge_filters (GIMP_DRAWABLE (copy));
  source->pixels = GIMP_DRAWABLE (copy);
}

void
pz_layer_source_open (PzLayerSource *source, GimpLayer *layer)
{
  *source =
    (PzLayerSource) { .layer = layer, .image = gimp_item_get_image (GIMP_ITEM (layer)) };
  source->name = gimp_item_get_name (GIMP_ITEM (layer));
  source->pixels = GIMP_DRAWABLE (layer);
  source->width = gimp_drawable_get_width (source->pixels);
  source->height = gimp_drawable_get_height (source->pixels);
  if (has_effects (layer))
    merge_effects (source);
  /* An effect such as a drop shadow may have made the copy larger. */
  source->width = gimp_drawable_get_width (source->pixels);
  source->height = gimp_drawable_get_height (source->pixels);
  gimp_drawable_get_offsets (source->pixels, &source->x, &source->y);
}

void
pz_layer_source_close (PzLayerSource *source)
{
  g_free (source->name);
  if (source->scratch)
    gimp_image_delete (source->scratch);
}
