/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/picture-list.h"

#include <glib/gi18n.h>

#include "models/learn.h"
#include "ui/learning/picture-tile.h"
#include "ui/widgets/file-choice.h"
#include "ui/widgets/tile-grid.h"
#include "ui/window-fit.h"

#define GRID_MARGIN 6

struct _PzPictureList
{
  GtkBox parent;

  const PzHost *host;
  GPtrArray *pictures; /* PzLearnPicture */
  GtkWidget *grid;
  GtkWidget *empty; /* the advice that is shown while there are no pictures */
  GtkWidget *layers; /* the button */
  GCancellable *reading; /* NULL = not reading layers */
  PzPictureWork *work; /* opens files and finds masks */
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
on_changed (gpointer list)
{
  gtk_widget_set_visible (PZ_PICTURE_LIST (list)->empty,
                          PZ_PICTURE_LIST (list)->pictures->len == 0);
  g_signal_emit (list, signals[SIGNAL_CHANGED], 0);
}

static void
on_removed (PzPictureTile *tile, PzPictureList *list)
{
  PzLearnPicture *picture = pz_picture_tile_get_picture (tile);

  gtk_widget_destroy (GTK_WIDGET (tile));
  g_ptr_array_remove (list->pictures, picture);
  on_changed (list);
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
  GtkWidget *tile;

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
  tile = pz_picture_tile_new (picture, list->work);
  g_signal_connect_object (tile, "changed", G_CALLBACK (on_changed), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (tile, "removed", G_CALLBACK (on_removed), list, 0);
  g_signal_connect_object (tile, "failed", G_CALLBACK (fail), list, G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (list->grid), tile);
  on_changed (list);
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
  on_changed (list);
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

static void
on_opened (PzLearnPicture *picture, const GError *error, gpointer data)
{
  if (picture)
    add (data, picture);
  else
    fail (data, error);
}

void
pz_picture_list_add_file (PzPictureList *list, const char *path)
{
  pz_picture_work_open (list->work, path, on_opened, list, NULL);
  on_changed (list);
}

static void
take_file (gpointer list, const char *path)
{
  pz_picture_list_add_file (list, path);
}

static void
on_add_files (PzPictureList *list)
{
  GtkFileChooserNative *dialog =
    pz_file_choice_new (list, _ ("Pictures to Learn From"), GTK_FILE_CHOOSER_ACTION_OPEN);

  pz_file_choice_of_pictures (dialog);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  pz_file_choice_show (dialog, list, take_file);
}

/* ---- the widget ---- */

const GPtrArray *
pz_picture_list_get (PzPictureList *list)
{
  return list->pictures;
}

gboolean
pz_picture_list_is_busy (PzPictureList *list)
{
  return list->reading || (list->work && pz_picture_work_get_n (list->work) > 0);
}

static void
pz_picture_list_dispose (GObject *object)
{
  PzPictureList *list = PZ_PICTURE_LIST (object);

  if (list->reading)
    g_cancellable_cancel (list->reading);
  g_clear_object (&list->reading);
  g_clear_pointer (&list->work, pz_picture_work_free);
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
  pz_tile_grid_set_width (PZ_TILE_GRID (list->grid), allocation->width - 2 * GRID_MARGIN);
}

static GtkWidget *
button_new (PzPictureList *list, const char *label, const char *tooltip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", callback, list);
  return button;
}

/* The pictures, or the advice in their place. */
static GtkWidget *
overlay_new (PzPictureList *list, GtkWidget *scrolled)
{
  GtkWidget *overlay = gtk_overlay_new ();

  list->empty = gtk_label_new (
    _ ("Three to five pictures of one thing are best. Files can be dropped here."));
  gtk_label_set_line_wrap (GTK_LABEL (list->empty), TRUE);
  gtk_label_set_justify (GTK_LABEL (list->empty), GTK_JUSTIFY_CENTER);
  g_object_set (list->empty, "margin", 2 * GRID_MARGIN, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (list->empty),
                               GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (overlay), scrolled);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), list->empty);
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (overlay), list->empty, TRUE);
  return overlay;
}

GtkWidget *
pz_picture_list_new (const PzHost *host)
{
  PzPictureList *list = g_object_new (PZ_TYPE_PICTURE_LIST, NULL);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);

  list->host = host;
  list->work = pz_picture_work_new (host->seeker, on_changed, list);
  list->grid = pz_tile_grid_new (6);
  g_object_set (list->grid, "margin", GRID_MARGIN, NULL);
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
  gtk_box_pack_start (GTK_BOX (list), overlay_new (list, scrolled), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (list), buttons, FALSE, FALSE, 0);
  pz_file_choice_take_drops (GTK_WIDGET (list), take_file);
  gtk_widget_show_all (GTK_WIDGET (list));
  return GTK_WIDGET (list);
}
