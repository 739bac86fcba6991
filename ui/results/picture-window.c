/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/results/picture-window.h"

#include <gdk/gdkkeysyms.h>

#define SMALLEST 256 /* pixels; minimum side of the window */
#define LARGEST 768 /* pixels; longer side of the window at first */
#define PART 0.8 /* maximum fraction of the screen */

static gboolean
on_draw (GtkWidget *area, cairo_t *cr, GdkPixbuf *picture)
{
  double width = gtk_widget_get_allocated_width (area);
  double height = gtk_widget_get_allocated_height (area);
  double across = gdk_pixbuf_get_width (picture), down = gdk_pixbuf_get_height (picture);
  double scale = MIN (width / across, height / down);

  cairo_translate (cr, (width - across * scale) / 2, (height - down * scale) / 2);
  cairo_scale (cr, scale, scale);
  gdk_cairo_set_source_pixbuf (cr, picture, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_key (GtkWidget *window, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_destroy (window);
  return GDK_EVENT_STOP;
}

/* Sets the window's size to the picture's aspect ratio, large but inside the screen. */
static void
set_size (GtkWindow *window, GtkWindow *owner, GdkPixbuf *picture)
{
  double across = gdk_pixbuf_get_width (picture), down = gdk_pixbuf_get_height (picture);
  GdkMonitor *monitor =
    gdk_display_get_monitor_at_window (gtk_widget_get_display (GTK_WIDGET (owner)),
                                       gtk_widget_get_window (GTK_WIDGET (owner)));
  GdkRectangle area;
  double scale;

  gdk_monitor_get_workarea (monitor, &area);
  scale = MIN (LARGEST / MAX (across, down),
               MIN (PART * area.width / across, PART * area.height / down));
  gtk_window_set_default_size (window, (gint) (across * scale), (gint) (down * scale));
}

void
pz_picture_window_show (GtkWidget *parent, GdkPixbuf *picture, const char *title)
{
  GtkWindow *owner = GTK_WINDOW (gtk_widget_get_toplevel (parent));
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *area = gtk_drawing_area_new ();
  AtkObject *accessible = gtk_widget_get_accessible (area);

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_transient_for (GTK_WINDOW (window), owner);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_type_hint (GTK_WINDOW (window), GDK_WINDOW_TYPE_HINT_DIALOG);
  atk_object_set_role (accessible, ATK_ROLE_IMAGE);
  atk_object_set_name (accessible, title);
  gtk_widget_set_size_request (area, SMALLEST, SMALLEST);
  g_object_set_data_full (G_OBJECT (area), "picture", g_object_ref (picture), g_object_unref);
  g_signal_connect (area, "draw", G_CALLBACK (on_draw), picture);
  g_signal_connect (window, "key-press-event", G_CALLBACK (on_key), NULL);
  gtk_container_add (GTK_CONTAINER (window), area);
  set_size (GTK_WINDOW (window), owner, picture);
  gtk_widget_show_all (window);
}
