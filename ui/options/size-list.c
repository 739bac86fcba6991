/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/size-list.h"

#include <glib/gi18n.h>

#define LAYER_STEP 64 /* pixels */

typedef struct
{
  guint across, down; /* in quarters of the model's own width and height */
} Shape;

static const Shape shapes[] = { { 6, 4 }, { 4, 6 }, { 6, 6 }, { 8, 8 } };

static void
append (GtkComboBoxText *list, const char *label, guint width, guint height)
{
  g_autofree char *id = g_strdup_printf ("%ux%u", width, height);

  gtk_combo_box_text_append (list, id, label);
}

/* Larger sizes work, but pictures tend to show things twice. */
static gboolean
is_made_for (const PzModelInfo *model, guint width, guint height)
{
  return width <= model->width && height <= model->height;
}

static void
append_size (GtkComboBoxText *list, const PzModelInfo *model, guint width, guint height)
{
  g_autofree char *label = NULL;

  if (!model || is_made_for (model, width, height))
    label = g_strdup_printf (_ ("%u × %u"), width, height);
  else
    /* Translators: a size to choose, and the size of pictures that the model was trained on. */
    label = g_strdup_printf (_ ("%u × %u (model made for %u × %u)"), width, height,
                             model->width, model->height);
  append (list, label, width, height);
}

/* The layer's aspect ratio, at most twice the model's own size, rounded to a step that the model handles well. */
static void
append_like_layer (GtkComboBoxText *list,
                   const PzModelInfo *model,
                   guint layer_width,
                   guint layer_height)
{
  double largest = 2.0 * MAX (model->width, model->height);
  double scale = MIN (1.0, largest / MAX (layer_width, layer_height));
  guint step = MAX (model->size_multiple, LAYER_STEP);
  guint width = MAX (1, (guint) (layer_width * scale / step + 0.5)) * step;
  guint height = MAX (1, (guint) (layer_height * scale / step + 0.5)) * step;
  g_autofree char *label = NULL;

  if (is_made_for (model, width, height))
    label = g_strdup_printf (_ ("Like the layer (%u × %u)"), width, height);
  else
    label = g_strdup_printf (_ ("Like the layer (%u × %u; model made for %u × %u)"), width,
                             height, model->width, model->height);
  append (list, label, width, height);
}

static void
append_shapes (GtkComboBoxText *list, const PzModelInfo *model)
{
  guint multiple = model->size_multiple;

  for (guint i = 0; multiple > 0 && i < G_N_ELEMENTS (shapes); i++)
    append_size (list, model, model->width * shapes[i].across / 4 / multiple * multiple,
                 model->height * shapes[i].down / 4 / multiple * multiple);
}

void
pz_size_list_fill (GtkComboBoxText *list,
                   const PzModelInfo *model,
                   guint layer_width,
                   guint layer_height,
                   guint width,
                   guint height)
{
  g_autofree char *own =
    model ? g_strdup_printf (_ ("Default (%u × %u)"), model->width, model->height)
          : g_strdup (_ ("Default"));
  g_autofree char *chosen = g_strdup_printf ("%ux%u", width, height);

  gtk_combo_box_text_remove_all (list);
  append (list, own, 0, 0);
  if (model && layer_width > 0)
    append_like_layer (list, model, layer_width, layer_height);
  if (model)
    append_shapes (list, model);
  if (gtk_combo_box_set_active_id (GTK_COMBO_BOX (list), chosen))
    return;
  append_size (list, model, width, height);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (list), chosen);
}
