/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/concept-view.h"

#include <glib/gi18n.h>

#include "ui/concepts/mask-tint.h"
#include "ui/thumbnail.h"

#define VIEW_SIZE 152 /* the dialog with a notice bar still fits on a laptop's screen */
#define MOST_PIXELS (4 * VIEW_SIZE) /* side of the kept crop: enough for a scale factor of 4 */

struct _PzConceptView
{
  GtkDrawingArea parent;

  PzImage *crop; /* RGB, square */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  cairo_surface_t *surface;
  gint surface_factor;
  GCancellable *looking; /* of the task in progress; NULL = none */
};

G_DEFINE_FINAL_TYPE (PzConceptView, pz_concept_view, GTK_TYPE_DRAWING_AREA)

static void
clear (PzConceptView *view)
{
  g_clear_pointer (&view->crop, pz_image_unref);
  g_clear_pointer (&view->mask, pz_image_unref);
  g_clear_pointer (&view->surface, cairo_surface_destroy);
}

static void
ensure_surface (PzConceptView *view)
{
  gint factor = gtk_widget_get_scale_factor (GTK_WIDGET (view));
  guint pixels = (guint) (VIEW_SIZE * factor);
  g_autoptr (PzImage) small = NULL;

  if (view->surface && view->surface_factor == factor)
    return;
  g_clear_pointer (&view->surface, cairo_surface_destroy);
  small = pz_thumbnail_scale (view->crop, pixels, pixels);
  if (view->mask)
    {
      g_autoptr (PzImage) small_mask = pz_thumbnail_scale (view->mask, pixels, pixels);
      PzImage *shown = pz_mask_tint (small, small_mask, factor);

      pz_image_unref (small);
      small = shown;
    }
  view->surface = pz_thumbnail_surface (small, VIEW_SIZE, GTK_WIDGET (view));
  view->surface_factor = factor;
}

static gboolean
pz_concept_view_draw (GtkWidget *widget, cairo_t *cr)
{
  PzConceptView *view = PZ_CONCEPT_VIEW (widget);
  gint width = gtk_widget_get_allocated_width (widget);
  gint height = gtk_widget_get_allocated_height (widget);

  if (!view->crop)
    {
      gtk_render_background (gtk_widget_get_style_context (widget), cr, 0, 0, width, height);
      return GDK_EVENT_PROPAGATE;
    }
  ensure_surface (view);
  cairo_set_source_surface (cr, view->surface, (width - VIEW_SIZE) / 2,
                            (height - VIEW_SIZE) / 2);
  cairo_paint (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
pz_concept_view_finalize (GObject *object)
{
  clear (PZ_CONCEPT_VIEW (object));
  g_clear_object (&PZ_CONCEPT_VIEW (object)->looking);
  G_OBJECT_CLASS (pz_concept_view_parent_class)->finalize (object);
}

static void
pz_concept_view_class_init (PzConceptViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pz_concept_view_finalize;
  GTK_WIDGET_CLASS (klass)->draw = pz_concept_view_draw;
}

static void
pz_concept_view_init (PzConceptView *view)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (view));

  gtk_widget_set_size_request (GTK_WIDGET (view), VIEW_SIZE, VIEW_SIZE);
  atk_object_set_role (accessible, ATK_ROLE_IMAGE);
  atk_object_set_name (accessible, _ ("Concept preview"));
}

GtkWidget *
pz_concept_view_new (void)
{
  return g_object_new (PZ_TYPE_CONCEPT_VIEW, NULL);
}

/* ---- cropping ---- */

/* Larger pictures are cropped in a thread, so that the window stays responsive. */
#define AT_ONCE_PIXELS (512 * 512)

typedef struct
{
  PzImage *image, *mask; /* from the host */
  double room;
  PzImage *crop, *crop_mask; /* results; NULL = nothing to show */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;
  PzImage *images[] = { look->image, look->mask, look->crop, look->crop_mask };

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    if (images[i])
      pz_image_unref (images[i]);
  g_free (look);
}

static void
look_at (Look *look)
{
  PzSquare square;

  if (pz_concept_square (look->image, look->mask, look->room, &square, NULL))
    pz_concept_crop (look->image, look->mask, &square, MOST_PIXELS, &look->crop,
                     &look->crop_mask);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  (void) source;
  (void) cancellable;
  look_at (data);
  g_task_return_boolean (task, TRUE);
}

static void
show (PzConceptView *view, Look *look)
{
  clear (view);
  view->crop = g_steal_pointer (&look->crop);
  if (look->mask)
    view->mask = g_steal_pointer (&look->crop_mask);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  PzConceptView *view = PZ_CONCEPT_VIEW (source);

  /* Ignore the result of a task that was replaced by a later one. */
  if (g_task_get_cancellable (G_TASK (result)) == view->looking)
    show (view, data);
}

void
pz_concept_view_set (PzConceptView *view, const PzHostConcept *concept, double room)
{
  g_autoptr (GTask) task = NULL;
  Look *look = g_new0 (Look, 1);

  g_clear_object (&view->looking);
  if (concept)
    {
      look->image = pz_image_ref (concept->image);
      look->mask = concept->mask ? pz_image_ref (concept->mask) : NULL;
      look->room = room;
    }
  if (concept
      && pz_image_get_width (look->image) * pz_image_get_height (look->image) > AT_ONCE_PIXELS)
    {
      view->looking = g_cancellable_new (); /* identifies the task; never cancelled */
      task = g_task_new (view, view->looking, on_looked, look);
      g_task_set_task_data (task, look, look_free);
      g_task_run_in_thread (task, look_in_thread);
      return;
    }
  if (concept)
    look_at (look);
  show (view, look);
  look_free (look);
}
