/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/result-strip.h"

#include <glib/gi18n.h>

#include "ui/form.h"
#include "ui/thumbnail.h"

#define TILE_SIZE 96
#define STRIP_HEIGHT \
  (TILE_SIZE + 36) /* with room for a caption: it does not jump when filled */

typedef struct
{
  GtkWidget *button;
  GtkImage *picture;
  GtkLabel *caption;
  GtkWidget *mark; /* on the picture while it is shown: colour is never alone */
  guint variant; /* of its run, from 1 */
  char *seed; /* NULL = not made yet */
} Tile;

struct _PzResultStrip
{
  GtkBox parent;

  GtkWidget *scrolled;
  GtkBox *row;
  GtkLabel *empty;
  GPtrArray *tiles; /* all runs; (owned) */
  guint first_tile; /* of the run under way */
  guint n_filled; /* in the run under way */
  gboolean updating; /* toggles follow the host: their signals mean nothing */
};

G_DEFINE_FINAL_TYPE (PzResultStrip, pz_result_strip, GTK_TYPE_BOX)

enum
{
  SIGNAL_SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Mark and accessible name say what the toggle's colour says. */
static void
tile_follow (Tile *tile)
{
  gboolean shown = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (tile->button));
  g_autofree char *name = NULL;

  if (!tile->seed)
    /* Translators: accessible name of a result that is not there yet. */
    name = g_strdup_printf (_ ("Variant %u, not made yet"), tile->variant);
  else if (shown)
    name = g_strdup_printf (_ ("Variant %u, seed %s, shown"), tile->variant, tile->seed);
  else
    name = g_strdup_printf (_ ("Variant %u, seed %s, hidden"), tile->variant, tile->seed);
  atk_object_set_name (gtk_widget_get_accessible (tile->button), name);
  gtk_widget_set_visible (tile->mark, shown);
}

static void
on_toggled (GtkToggleButton *button, PzResultStrip *strip)
{
  for (guint i = 0; i < strip->tiles->len; i++)
    {
      Tile *tile = g_ptr_array_index (strip->tiles, i);

      if (tile->button == GTK_WIDGET (button))
        {
          tile_follow (tile);
          if (!strip->updating)
            g_signal_emit (strip, signals[SIGNAL_SHOWN], 0, i,
                           gtk_toggle_button_get_active (button));
        }
    }
}

static GtkWidget *
picture_new (Tile *tile)
{
  GtkWidget *overlay = gtk_overlay_new ();

  tile->picture = GTK_IMAGE (gtk_image_new ());
  tile->mark = gtk_image_new_from_icon_name ("object-select-symbolic", GTK_ICON_SIZE_BUTTON);
  gtk_widget_set_size_request (GTK_WIDGET (tile->picture), TILE_SIZE, TILE_SIZE);
  gtk_widget_set_no_show_all (tile->mark, TRUE);
  gtk_widget_set_halign (tile->mark, GTK_ALIGN_END);
  gtk_widget_set_valign (tile->mark, GTK_ALIGN_START);
  gtk_style_context_add_class (gtk_widget_get_style_context (tile->mark), GTK_STYLE_CLASS_OSD);
  gtk_container_add (GTK_CONTAINER (overlay), GTK_WIDGET (tile->picture));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), tile->mark);
  return overlay;
}

static Tile *
tile_new (PzResultStrip *strip, guint variant)
{
  Tile *tile = g_new0 (Tile, 1);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *number = g_strdup_printf ("%u", variant);

  tile->variant = variant;
  tile->button = gtk_toggle_button_new ();
  tile->caption = GTK_LABEL (gtk_label_new (number));
  gtk_label_set_ellipsize (tile->caption, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (tile->caption, 16);
  gtk_container_add (GTK_CONTAINER (column), picture_new (tile));
  gtk_container_add (GTK_CONTAINER (column), GTK_WIDGET (tile->caption));
  pz_form_clear_background (column);
  gtk_container_add (GTK_CONTAINER (tile->button), column);
  gtk_widget_set_sensitive (tile->button, FALSE);
  g_signal_connect (tile->button, "toggled", G_CALLBACK (on_toggled), strip);

  gtk_container_add (GTK_CONTAINER (strip->row), tile->button);
  gtk_widget_show_all (tile->button);
  tile_follow (tile);
  return tile;
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;

  gtk_widget_destroy (tile->button);
  g_free (tile->seed);
  g_free (tile);
}

/* The widgets go with their container; here only what was kept about them. */
static void
tile_forget (gpointer data)
{
  Tile *tile = data;

  g_free (tile->seed);
  g_free (tile);
}

static void
scroll_to_end (PzResultStrip *strip)
{
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (strip->scrolled));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
pz_result_strip_dispose (GObject *object)
{
  PzResultStrip *strip = PZ_RESULT_STRIP (object);

  if (strip->tiles)
    {
      g_ptr_array_set_free_func (strip->tiles, tile_forget);
      g_clear_pointer (&strip->tiles, g_ptr_array_unref);
    }
  G_OBJECT_CLASS (pz_result_strip_parent_class)->dispose (object);
}

static void
pz_result_strip_class_init (PzResultStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_result_strip_dispose;
  signals[SIGNAL_SHOWN] =
    g_signal_new ("shown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
}

static void
pz_result_strip_init (PzResultStrip *strip)
{
  GtkWidget *overlay = gtk_overlay_new ();

  strip->tiles = g_ptr_array_new_with_free_func (tile_free);
  strip->row = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  g_object_set (strip->row, "margin", 6, "halign", GTK_ALIGN_START, "valign", GTK_ALIGN_CENTER,
                NULL);
  gtk_widget_set_size_request (GTK_WIDGET (strip->row), -1, STRIP_HEIGHT);

  strip->scrolled = gtk_scrolled_window_new (NULL, NULL);
  atk_object_set_name (gtk_widget_get_accessible (strip->scrolled), _ ("Results"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (strip->scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (strip->scrolled), GTK_SHADOW_IN);
  gtk_container_add (GTK_CONTAINER (strip->scrolled), GTK_WIDGET (strip->row));

  strip->empty =
    GTK_LABEL (gtk_label_new (_ ("Results appear here and as layers in the image.")));
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (strip->empty)),
                               GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (overlay), strip->scrolled);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (strip->empty));
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (overlay), GTK_WIDGET (strip->empty), TRUE);
  gtk_box_pack_start (GTK_BOX (strip), overlay, TRUE, TRUE, 0);
  gtk_widget_show_all (overlay);
}

GtkWidget *
pz_result_strip_new (void)
{
  return g_object_new (PZ_TYPE_RESULT_STRIP, NULL);
}

void
pz_result_strip_begin (PzResultStrip *strip, guint n)
{
  gtk_widget_hide (GTK_WIDGET (strip->empty));
  strip->first_tile = strip->tiles->len;
  strip->n_filled = 0;
  for (guint i = 1; i <= n; i++)
    g_ptr_array_add (strip->tiles, tile_new (strip, i));
  scroll_to_end (strip);
}

void
pz_result_strip_fill (PzResultStrip *strip, const PzImage *image, guint64 seed)
{
  guint index = strip->first_tile + strip->n_filled;
  g_autofree char *caption = NULL;
  cairo_surface_t *surface;
  Tile *tile;

  g_return_if_fail (index < strip->tiles->len);
  tile = g_ptr_array_index (strip->tiles, index);
  surface = pz_thumbnail_surface (image, TILE_SIZE, GTK_WIDGET (strip));
  gtk_image_set_from_surface (tile->picture, surface);
  cairo_surface_destroy (surface);
  tile->seed = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  /* Translators: under a result's picture: its number, then its seed. */
  caption = g_strdup_printf (_ ("%u · seed %s"), tile->variant, tile->seed);
  gtk_label_set_text (tile->caption, caption);
  tile_follow (tile);
  strip->n_filled++;
}

void
pz_result_strip_end (PzResultStrip *strip, gboolean added)
{
  guint keep = strip->first_tile + (added ? strip->n_filled : 0);

  g_ptr_array_set_size (strip->tiles, (gint) keep);
  for (guint i = strip->first_tile; i < keep; i++)
    {
      Tile *tile = g_ptr_array_index (strip->tiles, i);

      strip->updating = TRUE;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tile->button), i == strip->first_tile);
      strip->updating = FALSE;
      gtk_widget_set_sensitive (tile->button, TRUE);
      gtk_widget_set_tooltip_text (tile->button,
                                   _ ("Pressed: this variant is shown in the image"));
      tile_follow (tile);
    }
  gtk_widget_set_visible (GTK_WIDGET (strip->empty), keep == 0);
  strip->first_tile = keep;
  strip->n_filled = 0;
}
