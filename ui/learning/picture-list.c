/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/picture-list.h"

#include <glib/gi18n.h>

#include "models/learn.h"
#include "ui/concepts/mask-tint.h"
#include "ui/learning/learn-picture.h"
#include "ui/thumbnail.h"
#include "ui/widgets/tile-grid.h"
#include "ui/window-fit.h"

#define THUMBNAIL_SIDE 72
#define MAX_NAME_CHARS 10

struct _PzPictureList
{
  GtkBox parent;

  const PzHost *host;
  GPtrArray *pictures; /* PzLearnPicture */
  GtkWidget *grid;
  GtkWidget *layers; /* the button */
  GCancellable *reading; /* NULL = no layers are read now */
};

G_DEFINE_FINAL_TYPE (PzPictureList, pz_picture_list, GTK_TYPE_BOX)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* ---- tiles ---- */

static void
on_remove (GtkWidget *button, PzPictureList *list)
{
  GtkWidget *tile = g_object_get_data (G_OBJECT (button), "tile");

  g_ptr_array_remove (list->pictures, g_object_get_data (G_OBJECT (button), "picture"));
  gtk_widget_destroy (tile);
  g_signal_emit (list, signals[SIGNAL_CHANGED], 0);
}

/* (transfer floating) */
static GtkWidget *
thumbnail (PzPictureList *list, const PzLearnPicture *picture)
{
  const guint side = THUMBNAIL_SIDE * (guint) gtk_widget_get_scale_factor (GTK_WIDGET (list));
  const double longer =
    MAX (pz_image_get_width (picture->image), pz_image_get_height (picture->image));
  const guint width = (guint) MAX (pz_image_get_width (picture->image) * side / longer, 1);
  const guint height = (guint) MAX (pz_image_get_height (picture->image) * side / longer, 1);
  g_autoptr (PzImage) small = pz_thumbnail_scale (picture->image, width, height);
  cairo_surface_t *surface;
  GtkWidget *image;

  if (picture->mask)
    {
      g_autoptr (PzImage) mask = pz_thumbnail_scale (picture->mask, width, height);
      PzImage *tinted = pz_mask_tint (small, mask, 1);

      pz_image_unref (small);
      small = tinted;
    }
  surface = pz_thumbnail_surface (small, THUMBNAIL_SIDE, GTK_WIDGET (list));
  image = gtk_image_new_from_surface (surface);
  cairo_surface_destroy (surface);
  gtk_widget_set_size_request (image, THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  return image;
}

static GtkWidget *
tile_new (PzPictureList *list, PzLearnPicture *picture)
{
  const char *name = picture->name;
  GtkWidget *tile = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *image = thumbnail (list, picture), *label = gtk_label_new (name);
  GtkWidget *button =
    gtk_button_new_from_icon_name ("list-remove-symbolic", GTK_ICON_SIZE_BUTTON);
  g_autofree char *remove = g_strdup_printf (_ ("Remove “%s”"), name);
  g_autofree char *seen = g_strdup_printf (picture->mask ? _ ("Picture “%s”, with a mask")
                                                         : _ ("Picture “%s”, all of it"),
                                           name);

  atk_object_set_name (gtk_widget_get_accessible (image), seen);
  atk_object_set_name (gtk_widget_get_accessible (button), remove);
  gtk_widget_set_tooltip_text (button, remove);
  gtk_widget_set_tooltip_text (label, name);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
  g_object_set_data (G_OBJECT (button), "picture", picture);
  g_object_set_data (G_OBJECT (button), "tile", tile);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove), list, 0);
  gtk_box_pack_start (GTK_BOX (row), label, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), button, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), image, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), row, FALSE, FALSE, 0);
  gtk_widget_show_all (tile);
  return tile;
}

static void
fail (PzPictureList *list, const GError *error)
{
  g_signal_emit (list, signals[SIGNAL_FAILED], 0, error);
}

/* picture: (transfer full) */
static void
add (PzPictureList *list, PzLearnPicture *picture)
{
  if (list->pictures->len >= PZ_LEARN_MAX_PICTURES)
    {
      g_autoptr (GError) error =
        g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                     _ ("No more than %d pictures can be learned from."),
                     PZ_LEARN_MAX_PICTURES);

      pz_learn_picture_free (picture);
      fail (list, error);
      return;
    }
  g_ptr_array_add (list->pictures, picture);
  gtk_container_add (GTK_CONTAINER (list->grid), tile_new (list, picture));
  g_signal_emit (list, signals[SIGNAL_CHANGED], 0);
}

/* ---- layers ---- */

static void
on_layer (PzHostConcept *concept, gpointer data)
{
  g_autoptr (PzHostConcept) layer = concept;

  add (data, pz_learn_picture_new (layer));
}

static void
on_layers_read (const GError *error, gpointer data)
{
  PzPictureList *list = data;

  g_clear_object (&list->reading);
  gtk_widget_set_sensitive (list->layers, TRUE);
  if (error)
    fail (list, error);
}

static void
on_add_layers (PzPictureList *list)
{
  g_autoptr (GCancellable) reading = g_cancellable_new ();

  list->reading = g_object_ref (reading);
  gtk_widget_set_sensitive (list->layers, FALSE);
  list->host->klass->read_layers (list->host->host, reading, on_layer, on_layers_read, list);
}

/* ---- files ---- */

void
pz_picture_list_add_file (PzPictureList *list, const char *path)
{
  g_autoptr (GError) error = NULL;
  PzLearnPicture *picture = pz_learn_picture_open (path, NULL, list->host->seeker, &error);

  if (picture)
    add (list, picture);
  else
    fail (list, error);
}

static void
on_add_files (PzPictureList *list)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (list));
  g_autoptr (GtkFileChooserNative) dialog =
    gtk_file_chooser_native_new (_ ("Pictures to Learn From"), GTK_WINDOW (window),
                                 GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  GtkFileFilter *filter = gtk_file_filter_new ();
  GSList *files;

  gtk_file_filter_set_name (filter, _ ("Pictures"));
  gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  if (gtk_native_dialog_run (GTK_NATIVE_DIALOG (dialog)) != GTK_RESPONSE_ACCEPT)
    return;
  files = gtk_file_chooser_get_filenames (GTK_FILE_CHOOSER (dialog));
  for (GSList *file = files; file; file = file->next)
    pz_picture_list_add_file (list, file->data);
  g_slist_free_full (files, g_free);
}

static void
on_dropped (PzPictureList *list,
            GdkDragContext *context,
            gint x,
            gint y,
            GtkSelectionData *data)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (data);

  (void) context;
  (void) x;
  (void) y;
  for (guint i = 0; uris && uris[i]; i++)
    {
      g_autofree char *path = g_filename_from_uri (uris[i], NULL, NULL);

      if (path)
        pz_picture_list_add_file (list, path);
    }
}

/* ---- the widget ---- */

const GPtrArray *
pz_picture_list_get (PzPictureList *list)
{
  return list->pictures;
}

static void
pz_picture_list_dispose (GObject *object)
{
  PzPictureList *list = PZ_PICTURE_LIST (object);

  if (list->reading)
    g_cancellable_cancel (list->reading);
  g_clear_object (&list->reading);
  G_OBJECT_CLASS (pz_picture_list_parent_class)->dispose (object);
}

static void
pz_picture_list_finalize (GObject *object)
{
  g_ptr_array_unref (PZ_PICTURE_LIST (object)->pictures);
  G_OBJECT_CLASS (pz_picture_list_parent_class)->finalize (object);
}

static void
pz_picture_list_class_init (PzPictureListClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pz_picture_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_picture_list_finalize;
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
pz_picture_list_init (PzPictureList *list)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (list), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (list), 6);
  list->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_learn_picture_free);
}

static void
on_allocate (GtkWidget *scrolled, GtkAllocation *allocation, PzPictureList *list)
{
  (void) scrolled;
  pz_tile_grid_set_width (PZ_TILE_GRID (list->grid), allocation->width);
}

static GtkWidget *
button_new (PzPictureList *list, const char *label, const char *tooltip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", callback, list);
  return button;
}

GtkWidget *
pz_picture_list_new (const PzHost *host)
{
  PzPictureList *list = g_object_new (PZ_TYPE_PICTURE_LIST, NULL);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);

  list->host = host;
  list->grid = pz_tile_grid_new (6);
  list->layers = button_new (
    list, _ ("Add Selected Layers"),
    _ ("Add every layer that is selected in the image; its selection, layer mask or "
       "transparency says which part of it is the thing"),
    G_CALLBACK (on_add_layers));
  gtk_widget_set_sensitive (list->layers, host->klass->read_layers != NULL);
  gtk_box_pack_start (GTK_BOX (buttons), list->layers, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (buttons),
                      button_new (list, _ ("Add Files…"),
                                  _ ("Add picture files; they can also be dropped here"),
                                  G_CALLBACK (on_add_files)),
                      FALSE, FALSE, 0);
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scrolled), GTK_SHADOW_IN);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 110);
  gtk_container_add (GTK_CONTAINER (scrolled), list->grid);
  atk_object_set_name (gtk_widget_get_accessible (scrolled), _ ("Pictures to learn from"));
  g_signal_connect (scrolled, "size-allocate", G_CALLBACK (on_allocate), list);
  gtk_box_pack_start (GTK_BOX (list), scrolled, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (list), buttons, FALSE, FALSE, 0);
  gtk_drag_dest_set (GTK_WIDGET (list), GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (list));
  g_signal_connect (list, "drag-data-received", G_CALLBACK (on_dropped), NULL);
  gtk_widget_show_all (GTK_WIDGET (list));
  return GTK_WIDGET (list);
}
