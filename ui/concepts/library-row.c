/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/library-row.h"

#include <glib/gi18n.h>

#include "ui/thumbnail.h"
#include "ui/widgets/form.h"

#define PICTURE_SIDE 48

struct _PzLibraryRow
{
  GtkListBoxRow parent;

  PzLibraryItem *item;
};

G_DEFINE_FINAL_TYPE (PzLibraryRow, pz_library_row, GTK_TYPE_LIST_BOX_ROW)

/* Shown if there is no thumbnail. */
static const char *const icons[] = {
  [PZ_LIBRARY_CONCEPT] = "image-x-generic-symbolic",
  [PZ_LIBRARY_WORD] = "insert-text-symbolic",
  [PZ_LIBRARY_LORA] = "view-refresh-symbolic",
  [PZ_LIBRARY_ADAPTER] = "insert-text-symbolic",
  [PZ_LIBRARY_ENCODING] = "insert-text-symbolic",
};

static GtkWidget *
picture_new (const PzLibraryItem *item, GtkWidget *widget)
{
  GtkWidget *image;

  if (item->thumbnail)
    {
      cairo_surface_t *surface = pz_thumbnail_surface (item->thumbnail, PICTURE_SIDE, widget);

      image = gtk_image_new_from_surface (surface);
      cairo_surface_destroy (surface);
    }
  else
    {
      image = gtk_image_new_from_icon_name (icons[item->kind], GTK_ICON_SIZE_DND);
      gtk_style_context_add_class (gtk_widget_get_style_context (image),
                                   GTK_STYLE_CLASS_DIM_LABEL);
    }
  gtk_widget_set_size_request (image, PICTURE_SIDE, PICTURE_SIDE);
  return image;
}

static GtkWidget *
label_new (const char *text, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  return label;
}

static GtkWidget *
title_new (const PzLibraryItem *item)
{
  GtkWidget *label = label_new (item->title, PANGO_ELLIPSIZE_END);
  PangoAttrList *bold = pango_attr_list_new ();

  pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (GTK_LABEL (label), bold);
  pango_attr_list_unref (bold);
  return label;
}

/* As text with an icon: colour alone would not be accessible. */
static GtkWidget *
problem_new (const PzLibraryItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  pz_form_clear_background (row);
  gtk_box_pack_start (GTK_BOX (row),
                      gtk_image_new_from_icon_name ("dialog-warning-symbolic",
                                                    GTK_ICON_SIZE_MENU),
                      FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), label_new (item->problem, PANGO_ELLIPSIZE_END), TRUE, TRUE,
                      0);
  return row;
}

static void
pz_library_row_finalize (GObject *object)
{
  pz_library_item_unref (PZ_LIBRARY_ROW (object)->item);
  G_OBJECT_CLASS (pz_library_row_parent_class)->finalize (object);
}

static void
pz_library_row_class_init (PzLibraryRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pz_library_row_finalize;
}

static void
pz_library_row_init (PzLibraryRow *row)
{
  (void) row;
}

GtkWidget *
pz_library_row_new (PzLibraryItem *item)
{
  PzLibraryRow *row = g_object_new (PZ_TYPE_LIBRARY_ROW, NULL);
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *description = pz_library_item_describe (item);
  GtkWidget *about = label_new (description, PANGO_ELLIPSIZE_END);
  g_autofree char *accessible =
    item->problem ? g_strdup_printf ("%s, %s. %s", item->title, description, item->problem)
                  : g_strdup_printf ("%s, %s", item->title, description);

  row->item = pz_library_item_ref (item);
  gtk_style_context_add_class (gtk_widget_get_style_context (about), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_box_pack_start (GTK_BOX (column), title_new (item), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (column), about, FALSE, FALSE, 0);
  if (item->problem)
    gtk_box_pack_start (GTK_BOX (column), problem_new (item), FALSE, FALSE, 0);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (inside), picture_new (item, GTK_WIDGET (row)), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (inside), column, TRUE, TRUE, 0);
  pz_form_clear_background (column);
  pz_form_clear_background (inside);
  g_object_set (inside, "margin", 6, NULL);
  gtk_container_add (GTK_CONTAINER (row), inside);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), item->problem ? item->problem : item->path);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row)), accessible);
  gtk_widget_show_all (GTK_WIDGET (row));
  return GTK_WIDGET (row);
}

PzLibraryItem *
pz_library_row_get_item (PzLibraryRow *row)
{
  return row->item;
}
