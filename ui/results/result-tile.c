/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/results/result-tile.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/widgets/form.h"
#include "ui/widgets/menu.h"
#include "ui/results/picture-window.h"
#include "ui/thumbnail.h"

struct _PzResultTile
{
  GtkBox parent;

  GtkToggleButton *toggle;
  GtkImage *picture;
  GtkWidget *mark; /* on the picture while it is shown: colour alone is not accessible */
  GtkLabel *caption;
  GtkWidget *more;
  GtkWidget *menu;
  GtkWidget *native; /* menu item "Native Size" */
  guint variant;
  char *seed; /* NULL = not made yet */
  GdkPixbuf *whole; /* the picture at its own size; NULL = not made yet */
  gboolean following; /* the toggle is being set from the image: ignore its signal */
};

G_DEFINE_FINAL_TYPE (PzResultTile, pz_result_tile, GTK_TYPE_BOX)

enum
{
  SIGNAL_SHOWN,
  SIGNAL_ACTION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const action_labels[PZ_TILE_N_ACTIONS] = {
  [PZ_TILE_ENLARGE] = N_ ("Enlarge"),     [PZ_TILE_USE_SEED] = N_ ("Use This Seed"),
  [PZ_TILE_MORE] = N_ ("More Like This"), [PZ_TILE_REUSE] = N_ ("Reuse Its Settings"),
  [PZ_TILE_NATIVE] = N_ ("Native Size"),  [PZ_TILE_DELETE] = N_ ("Delete This Layer"),
};

/* The mark and the accessible names convey the same as the toggle's colour. */
static void
describe (PzResultTile *tile)
{
  gboolean shown = gtk_toggle_button_get_active (tile->toggle);
  g_autofree char *name = NULL, *more = NULL;

  if (!tile->seed)
    /* Translators: accessible name of a result that does not exist yet. */
    name = g_strdup_printf (_ ("Variant %u, not made yet"), tile->variant);
  else if (shown)
    name = g_strdup_printf (_ ("Variant %u, seed %s, shown"), tile->variant, tile->seed);
  else
    name = g_strdup_printf (_ ("Variant %u, seed %s, hidden"), tile->variant, tile->seed);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (tile->toggle)), name);
  /* Translators: accessible name of the menu button next to a result. */
  more = g_strdup_printf (_ ("Actions for variant %u"), tile->variant);
  atk_object_set_name (gtk_widget_get_accessible (tile->more), more);
  gtk_widget_set_visible (tile->mark, shown);
}

static void
on_toggled (GtkToggleButton *toggle, PzResultTile *tile)
{
  GdkModifierType modifiers = 0;

  describe (tile);
  if (tile->following)
    return;
  gtk_get_current_event_state (&modifiers);
  g_signal_emit (tile, signals[SIGNAL_SHOWN], 0, gtk_toggle_button_get_active (toggle),
                 (modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0);
}

static void
enlarge (PzResultTile *tile)
{
  /* Translators: a window's title: a result's number, then its seed. */
  g_autofree char *title =
    g_strdup_printf (_ ("Variant %u · seed %s"), tile->variant, tile->seed);

  pz_picture_window_show (GTK_WIDGET (tile), tile->whole, title);
}

static void
on_item (GtkButton *item, PzResultTile *tile)
{
  guint action = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "action"));

  if (action == PZ_TILE_ENLARGE)
    enlarge (tile);
  else
    g_signal_emit (tile, signals[SIGNAL_ACTION], 0, action);
}

static gboolean
on_key (GtkWidget *toggle, GdkEventKey *event, PzResultTile *tile)
{
  (void) toggle;
  if (event->keyval != GDK_KEY_Delete && event->keyval != GDK_KEY_KP_Delete)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (tile, signals[SIGNAL_ACTION], 0, PZ_TILE_DELETE);
  return GDK_EVENT_STOP;
}

static gboolean
on_popup_menu (PzResultTile *tile)
{
  gtk_popover_popup (GTK_POPOVER (tile->menu));
  return TRUE;
}

static gboolean
on_button_press (GtkWidget *toggle, GdkEventButton *event, PzResultTile *tile)
{
  (void) toggle;
  if (!gdk_event_triggers_context_menu ((const GdkEvent *) event))
    return GDK_EVENT_PROPAGATE;
  gtk_popover_popup (GTK_POPOVER (tile->menu));
  return GDK_EVENT_STOP;
}

/* ---- the widget ---- */

static void
pz_result_tile_finalize (GObject *object)
{
  g_free (PZ_RESULT_TILE (object)->seed);
  g_clear_object (&PZ_RESULT_TILE (object)->whole);
  G_OBJECT_CLASS (pz_result_tile_parent_class)->finalize (object);
}

static void
pz_result_tile_class_init (PzResultTileClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pz_result_tile_finalize;
  signals[SIGNAL_SHOWN] = g_signal_new ("shown", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  signals[SIGNAL_ACTION] = g_signal_new ("action", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
build_toggle (PzResultTile *tile)
{
  GtkWidget *toggle = gtk_toggle_button_new ();
  GtkWidget *overlay = gtk_overlay_new ();

  tile->toggle = GTK_TOGGLE_BUTTON (toggle);
  tile->picture = GTK_IMAGE (gtk_image_new ());
  tile->mark = gtk_image_new_from_icon_name ("object-select-symbolic", GTK_ICON_SIZE_BUTTON);
  gtk_widget_set_size_request (GTK_WIDGET (tile->picture), PZ_TILE_SIZE, PZ_TILE_SIZE);
  gtk_widget_set_no_show_all (tile->mark, TRUE);
  gtk_widget_set_halign (tile->mark, GTK_ALIGN_END);
  gtk_widget_set_valign (tile->mark, GTK_ALIGN_START);
  pz_form_light_on_dark (tile->mark);
  gtk_container_add (GTK_CONTAINER (overlay), GTK_WIDGET (tile->picture));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), tile->mark);
  pz_form_clear_background (overlay);
  gtk_container_add (GTK_CONTAINER (toggle), overlay);
  gtk_widget_set_sensitive (toggle, FALSE);
  g_signal_connect (toggle, "toggled", G_CALLBACK (on_toggled), tile);
  g_signal_connect (toggle, "key-press-event", G_CALLBACK (on_key), tile);
  g_signal_connect_swapped (toggle, "popup-menu", G_CALLBACK (on_popup_menu), tile);
  g_signal_connect (toggle, "button-press-event", G_CALLBACK (on_button_press), tile);
  return toggle;
}

static GtkWidget *
build_more (PzResultTile *tile)
{
  GtkWidget *more = gtk_menu_button_new ();

  tile->more = more;
  tile->menu = pz_menu_new (GTK_MENU_BUTTON (more));
  for (guint action = 0; action < PZ_TILE_N_ACTIONS; action++)
    {
      GtkWidget *item = pz_menu_append (tile->menu, PZ_MENU_MAIN, _ (action_labels[action]));

      g_object_set_data (G_OBJECT (item), "action", GUINT_TO_POINTER (action));
      g_signal_connect (item, "clicked", G_CALLBACK (on_item), tile);
      if (action == PZ_TILE_NATIVE)
        tile->native = item;
    }
  gtk_button_set_relief (GTK_BUTTON (more), GTK_RELIEF_NONE);
  gtk_container_add (GTK_CONTAINER (more),
                     gtk_image_new_from_icon_name ("view-more-symbolic", GTK_ICON_SIZE_MENU));
  gtk_widget_set_tooltip_text (more, _ ("Actions for this variant"));
  gtk_widget_set_sensitive (more, FALSE);
  return more;
}

static void
pz_result_tile_init (PzResultTile *tile)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (tile), GTK_ORIENTATION_VERTICAL);
  tile->caption = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (tile->caption, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (tile->caption, 1);
  gtk_label_set_xalign (tile->caption, 0);
  gtk_widget_set_margin_start (GTK_WIDGET (tile->caption), 6);
  gtk_box_pack_start (GTK_BOX (row), GTK_WIDGET (tile->caption), TRUE, TRUE, 0);
  gtk_box_pack_end (GTK_BOX (row), build_more (tile), FALSE, FALSE, 0);
  pz_form_clear_background (row);
  gtk_box_pack_start (GTK_BOX (tile), build_toggle (tile), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), row, FALSE, FALSE, 0);
  pz_form_clear_background (GTK_WIDGET (tile));
  gtk_widget_show_all (GTK_WIDGET (tile));
}

GtkWidget *
pz_result_tile_new (guint variant)
{
  PzResultTile *tile = g_object_new (PZ_TYPE_RESULT_TILE, NULL);
  g_autofree char *number = g_strdup_printf ("%u", variant);

  tile->variant = variant;
  gtk_label_set_text (tile->caption, number);
  describe (tile);
  return GTK_WIDGET (tile);
}

static void
show_picture (PzResultTile *tile, const PzImage *image)
{
  cairo_surface_t *surface = pz_thumbnail_surface (image, PZ_TILE_SIZE, GTK_WIDGET (tile));

  gtk_image_set_from_surface (tile->picture, surface);
  cairo_surface_destroy (surface);
}

void
pz_result_tile_preview (PzResultTile *tile, const PzImage *image)
{
  if (!tile->seed)
    show_picture (tile, image);
}

void
pz_result_tile_fill (PzResultTile *tile, const PzImage *image, guint64 seed)
{
  g_autofree char *caption = NULL, *tooltip = NULL;

  show_picture (tile, image);
  g_clear_object (&tile->whole);
  tile->whole = pz_thumbnail_pixbuf (image);
  g_free (tile->seed);
  tile->seed = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  caption = g_strdup_printf ("%u · %s", tile->variant, tile->seed);
  gtk_label_set_text (tile->caption, caption);
  /* Translators: on the line under a result's picture: its number, then its seed. */
  tooltip = g_strdup_printf (_ ("%u · seed %s"), tile->variant, tile->seed);
  gtk_widget_set_tooltip_text (GTK_WIDGET (tile->caption), tooltip);
  describe (tile);
}

void
pz_result_tile_enable (PzResultTile *tile, gboolean scaled)
{
  gtk_widget_set_visible (tile->native, scaled);
  gtk_widget_set_sensitive (GTK_WIDGET (tile->toggle), TRUE);
  gtk_widget_set_sensitive (tile->more, TRUE);
  gtk_widget_set_tooltip_text (
    GTK_WIDGET (tile->toggle),
    _ ("Click to show only this variant. Ctrl+click shows it beside the "
       "others, Delete removes it."));
}

void
pz_result_tile_set_shown (PzResultTile *tile, gboolean shown)
{
  tile->following = TRUE;
  gtk_toggle_button_set_active (tile->toggle, shown);
  tile->following = FALSE;
}

gboolean
pz_result_tile_has_focus (PzResultTile *tile)
{
  return gtk_widget_is_focus (GTK_WIDGET (tile->toggle)) || gtk_widget_is_focus (tile->more);
}

gboolean
pz_result_tile_focus (PzResultTile *tile)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (tile->toggle))
      || !gtk_widget_is_sensitive (GTK_WIDGET (tile->toggle)))
    return FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (tile->toggle));
  return TRUE;
}
