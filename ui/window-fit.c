/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/window-fit.h"

#include "ui/widgets/form.h"

/* Estimate of the title bar and borders, because the window manager has not reported them yet. */
#define FRAME_HEIGHT 40
#define FRAME_WIDTH 12
/* A popover's arrow and margins. */
#define POPOVER_EDGE 28
#define LEAST_POPOVER 120
#define LOW_SCREEN 700

static GdkRectangle
work_area (GtkWindow *window)
{
  GdkWindow *surface = gtk_widget_get_window (GTK_WIDGET (window));
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  GdkMonitor *monitor = surface ? gdk_display_get_monitor_at_window (display, surface)
                                : gdk_display_get_primary_monitor (display);
  GdkRectangle area = { 0, 0, G_MAXINT, G_MAXINT };

  if (!monitor)
    monitor = gdk_display_get_monitor (display, 0);
  if (monitor)
    gdk_monitor_get_workarea (monitor, &area);
  return area;
}

/* The height that shows the whole content, or as much of it as fits on the screen. */
static gint
best_height (GtkWindow *window, gint width, const GdkRectangle *area)
{
  gint least, liked;

  gtk_widget_get_preferred_height_for_width (GTK_WIDGET (window), width, &least, &liked);
  return MAX (least, MIN (liked, area->height - FRAME_HEIGHT));
}

void
pz_window_fit (GtkWindow *window, gint width)
{
  GdkRectangle area = work_area (window);
  gint least;

  gtk_widget_get_preferred_width (GTK_WIDGET (window), &least, NULL);
  width = MAX (least, MIN (width, area.width - FRAME_WIDTH));
  gtk_window_set_default_size (window, width, best_height (window, width, &area));
}

void
pz_window_grow (GtkWindow *window, gint more)
{
  GdkRectangle area = work_area (window);
  gint width, height, best, x, y;

  gtk_window_get_size (window, &width, &height);
  best = MIN (best_height (window, width, &area), height + more);
  if (best <= height || gtk_window_is_maximized (window))
    return;
  gtk_window_get_position (window, &x, &y);
  gtk_window_resize (window, width, best);
  /* Keep the bottom of the window on the screen. */
  if (y + best + FRAME_HEIGHT > area.y + area.height)
    gtk_window_move (window, x, MAX (area.y, area.y + area.height - best - FRAME_HEIGHT));
}

GtkWidget *
pz_window_scroll (GtkWidget *content)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);
  GtkScrolledWindow *window = GTK_SCROLLED_WINDOW (scrolled);

  gtk_scrolled_window_set_policy (window, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (window, TRUE);
  /* A permanent scroll bar next to the content shows that there is more. */
  gtk_scrolled_window_set_overlay_scrolling (window, FALSE);
  gtk_widget_set_can_focus (scrolled, FALSE);
  gtk_container_add (GTK_CONTAINER (scrolled), content);
  pz_form_clear_background (gtk_bin_get_child (GTK_BIN (scrolled)));
  gtk_widget_show_all (scrolled);
  return scrolled;
}

/* Scrolls it into view if it is inside a viewport. */
static void
bring_in_sight (GtkWidget *widget)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (widget, GTK_TYPE_VIEWPORT);
  GtkAdjustment *adjustment;
  gint y;

  if (!viewport
      || !gtk_widget_translate_coordinates (widget, gtk_bin_get_child (GTK_BIN (viewport)), 0,
                                            0, NULL, &y))
    return;
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (viewport));
  gtk_adjustment_clamp_page (adjustment, y, y + gtk_widget_get_allocated_height (widget));
}

/* The larger of the heights above and below it, inside its window. */
static gint
room_beside (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);
  gint above = 0, below;

  gtk_widget_translate_coordinates (widget, window, 0, 0, NULL, &above);
  below =
    gtk_widget_get_allocated_height (window) - above - gtk_widget_get_allocated_height (widget);
  return MAX (above, below);
}

static void
on_popover_shown (GtkWidget *popover, GtkScrolledWindow *scrolled)
{
  GtkWidget *button = gtk_popover_get_relative_to (GTK_POPOVER (popover));

  bring_in_sight (button); /* otherwise GTK hides the popover with its button */
  gtk_scrolled_window_set_max_content_height (scrolled,
                                              MAX (room_beside (button) - POPOVER_EDGE,
                                                   LEAST_POPOVER));
}

GtkWidget *
pz_window_scroll_in_popover (GtkWidget *popover, GtkWidget *content)
{
  GtkWidget *scrolled = pz_window_scroll (content);

  g_signal_connect_object (popover, "show", G_CALLBACK (on_popover_shown), scrolled, 0);
  return scrolled;
}

gboolean
pz_window_is_on_low_screen (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);
  GdkRectangle area = { 0 };

  if (!GTK_IS_WINDOW (window))
    return FALSE;
  area = work_area (GTK_WINDOW (window));
  return area.height < LOW_SCREEN;
}
