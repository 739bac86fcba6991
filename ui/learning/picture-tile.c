/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/picture-tile.h"

#include <glib/gi18n.h>

#include "ui/concepts/mask-tint.h"
#include "ui/thumbnail.h"
#include "ui/widgets/file-choice.h"
#include "ui/widgets/menu.h"

#define THUMBNAIL_SIDE 72
#define MAX_NAME_CHARS 10

struct _PzPictureTile
{
  GtkBox parent;

  PzLearnPicture *picture; /* NULL = the tile was destroyed */
  PzPictureWork *work;
  PzImage *own; /* the mask that it came with; NULL = everything */
  gboolean own_was_found;
  GtkWidget *button; /* with the thumbnail */
};

G_DEFINE_FINAL_TYPE (PzPictureTile, pz_picture_tile, GTK_TYPE_BOX)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_REMOVED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

PzLearnPicture *
pz_picture_tile_get_picture (PzPictureTile *tile)
{
  return tile->picture;
}

/* ---- the picture ---- */

/* (transfer floating) */
static GtkWidget *
thumbnail (PzPictureTile *tile)
{
  const PzLearnPicture *picture = tile->picture;
  const guint side = THUMBNAIL_SIDE * (guint) gtk_widget_get_scale_factor (GTK_WIDGET (tile));
  const double longer =
    MAX (pz_image_get_width (picture->image), pz_image_get_height (picture->image));
  const guint width = (guint) MAX (pz_image_get_width (picture->image) * side / longer, 1);
  const guint height = (guint) MAX (pz_image_get_height (picture->image) * side / longer, 1);
  g_autoptr (PzImage) small = pz_thumbnail_scale (picture->image, width, height);
  cairo_surface_t *surface;
  GtkWidget *image;

  if (picture->mask)
    {
      g_autoptr (PzImage) mask = pz_image_reduce (picture->mask, width, height);
      PzImage *tinted = pz_mask_tint (small, mask, 1);

      pz_image_unref (small);
      small = tinted;
    }
  surface = pz_thumbnail_surface (small, THUMBNAIL_SIDE, GTK_WIDGET (tile));
  image = gtk_image_new_from_surface (surface);
  cairo_surface_destroy (surface);
  gtk_widget_set_size_request (image, THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  gtk_widget_show (image);
  return image;
}

static void
show_picture (PzPictureTile *tile)
{
  const PzLearnPicture *picture = tile->picture;
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (tile->button));
  g_autofree char *seen =
    g_strdup_printf (picture->found  ? _ ("Picture “%s”, the thing that was found in it")
                     : picture->mask ? _ ("Picture “%s”, with a mask")
                                     : _ ("Picture “%s”, all of it"),
                     picture->name);

  if (child)
    gtk_widget_destroy (child);
  gtk_container_add (GTK_CONTAINER (tile->button), thumbnail (tile));
  atk_object_set_name (gtk_widget_get_accessible (tile->button), seen);
  gtk_widget_set_tooltip_text (tile->button, seen);
}

/* ---- other masks ---- */

/* mask: (transfer full), NULL = everything */
static void
take_mask (PzPictureTile *tile, PzImage *mask, gboolean found)
{
  g_clear_pointer (&tile->picture->mask, pz_image_unref);
  tile->picture->mask = mask;
  tile->picture->found = found;
  show_picture (tile);
  g_signal_emit (tile, signals[SIGNAL_CHANGED], 0);
}

static void
fail (PzPictureTile *tile, const GError *error)
{
  g_signal_emit (tile, signals[SIGNAL_FAILED], 0, error);
}

static void
on_own (PzPictureTile *tile)
{
  take_mask (tile, tile->own ? pz_image_ref (tile->own) : NULL, tile->own_was_found);
}

static void
on_whole (PzPictureTile *tile)
{
  take_mask (tile, NULL, FALSE);
}

static void
on_found (PzLearnPicture *found, const GError *error, gpointer data)
{
  PzPictureTile *tile = data;
  g_autoptr (PzLearnPicture) picture = found;

  if (!tile->picture)
    return;
  gtk_widget_set_sensitive (tile->button, TRUE);
  if (picture)
    take_mask (tile, g_steal_pointer (&picture->mask), TRUE);
  else
    fail (tile, error);
}

static void
on_find (PzPictureTile *tile)
{
  gtk_widget_set_sensitive (tile->button, FALSE);
  pz_picture_work_find (tile->work, tile->picture->image, on_found, g_object_ref (tile),
                        g_object_unref);
  g_signal_emit (tile, signals[SIGNAL_CHANGED], 0);
}

static void
take_file (gpointer data, const char *path)
{
  PzPictureTile *tile = data;
  g_autoptr (GError) error = NULL;
  PzImage *mask;

  if (!tile->picture)
    return;
  mask = pz_learn_picture_open_mask (path, tile->picture->image, &error);
  if (mask)
    take_mask (tile, mask, FALSE);
  else
    fail (tile, error);
}

static void
on_file (PzPictureTile *tile)
{
  GtkFileChooserNative *dialog =
    pz_file_choice_new (tile, _ ("Mask: The Thing Is Not Black"), GTK_FILE_CHOOSER_ACTION_OPEN);

  pz_file_choice_of_pictures (dialog);
  pz_file_choice_show (dialog, tile, take_file);
}

static void
build_menu (PzPictureTile *tile)
{
  GtkWidget *menu = pz_menu_new (GTK_MENU_BUTTON (tile->button));
  const struct
  {
    const char *label;
    void (*callback) (PzPictureTile *tile);
  } items[] = {
    { _ ("Original Mask"), on_own },
    { _ ("Found Thing"), on_find },
    { _ ("Whole Picture"), on_whole },
    { _ ("Mask from File…"), on_file },
  };

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_signal_connect_object (pz_menu_append (menu, PZ_MENU_MAIN, items[i].label), "clicked",
                             G_CALLBACK (items[i].callback), tile, G_CONNECT_SWAPPED);
}

/* ---- the widget ---- */

static void
on_remove (PzPictureTile *tile)
{
  g_signal_emit (tile, signals[SIGNAL_REMOVED], 0);
}

static void
pz_picture_tile_dispose (GObject *object)
{
  PzPictureTile *tile = PZ_PICTURE_TILE (object);

  tile->picture = NULL;
  g_clear_pointer (&tile->own, pz_image_unref);
  G_OBJECT_CLASS (pz_picture_tile_parent_class)->dispose (object);
}

static void
pz_picture_tile_class_init (PzPictureTileClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pz_picture_tile_dispose;
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVED] =
    g_signal_new ("removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
pz_picture_tile_init (PzPictureTile *tile)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (tile), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (tile), 3);
}

/* (transfer floating) */
static GtkWidget *
remove_button_new (PzPictureTile *tile)
{
  GtkWidget *button =
    gtk_button_new_from_icon_name ("list-remove-symbolic", GTK_ICON_SIZE_BUTTON);
  g_autofree char *text = g_strdup_printf (_ ("Remove “%s”"), tile->picture->name);

  atk_object_set_name (gtk_widget_get_accessible (button), text);
  gtk_widget_set_tooltip_text (button, text);
  gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove), tile, G_CONNECT_SWAPPED);
  return button;
}

GtkWidget *
pz_picture_tile_new (PzLearnPicture *picture, PzPictureWork *work)
{
  PzPictureTile *tile = g_object_new (PZ_TYPE_PICTURE_TILE, NULL);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *label = gtk_label_new (picture->name);

  tile->picture = picture;
  tile->work = work;
  tile->own = picture->mask ? pz_image_ref (picture->mask) : NULL;
  tile->own_was_found = picture->found;
  tile->button = gtk_menu_button_new ();
  gtk_button_set_relief (GTK_BUTTON (tile->button), GTK_RELIEF_NONE);
  build_menu (tile);
  show_picture (tile);
  gtk_widget_set_tooltip_text (label, picture->name);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_box_pack_start (GTK_BOX (row), label, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), remove_button_new (tile), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), tile->button, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), row, FALSE, FALSE, 0);
  gtk_widget_show_all (GTK_WIDGET (tile));
  return GTK_WIDGET (tile);
}
