/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/loss-chart.h"

#include <glib/gi18n.h>

#define LEAST_WIDTH 160
#define LEAST_HEIGHT 56
#define MARGIN 4.0

struct _PzLossChart
{
  GtkDrawingArea parent;

  GArray *steps; /* PzLearnStep */
};

G_DEFINE_FINAL_TYPE (PzLossChart, pz_loss_chart, GTK_TYPE_DRAWING_AREA)

static double
loss_of (const PzLearnStep *step)
{
  return step->loss;
}

static double
level_of (const PzLearnStep *step)
{
  return step->level;
}

/* ---- drawing ---- */

/* The vertical axis is from 0 to the maximum of the values, the horizontal axis is all steps of the run. */
static void
draw_line (PzLossChart *chart,
           cairo_t *cr,
           double (*value) (const PzLearnStep *step),
           double width)
{
  const double w = gtk_widget_get_allocated_width (GTK_WIDGET (chart)) - 2 * MARGIN;
  const double h = gtk_widget_get_allocated_height (GTK_WIDGET (chart)) - 2 * MARGIN;
  double most = 0;

  for (guint i = 0; i < chart->steps->len; i++)
    most = MAX (most, value (&g_array_index (chart->steps, PzLearnStep, i)));
  for (guint i = 0; i < chart->steps->len && most > 0; i++)
    {
      const PzLearnStep *step = &g_array_index (chart->steps, PzLearnStep, i);

      cairo_line_to (cr, MARGIN + w * step->step / MAX (step->n_steps, 1),
                     MARGIN + h * (1 - value (step) / most));
    }
  cairo_set_line_width (cr, width);
  cairo_stroke (cr);
}

static gboolean
pz_loss_chart_draw (GtkWidget *widget, cairo_t *cr)
{
  PzLossChart *chart = PZ_LOSS_CHART (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  const gint width = gtk_widget_get_allocated_width (widget);
  const gint height = gtk_widget_get_allocated_height (widget);
  GdkRGBA colour;

  gtk_render_background (style, cr, 0, 0, width, height);
  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &colour);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  colour.alpha *= 0.35;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_move_to (cr, MARGIN, height - MARGIN);
  cairo_line_to (cr, width - MARGIN, height - MARGIN);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  draw_line (chart, cr, loss_of, 1);
  colour.alpha /= 0.35;
  gdk_cairo_set_source_rgba (cr, &colour);
  draw_line (chart, cr, level_of, 2);
  return GDK_EVENT_PROPAGATE;
}

/* ---- for screen readers ---- */

static void
describe (PzLossChart *chart)
{
  const guint n = chart->steps->len;
  g_autofree char *text = NULL;

  if (n == 0)
    text = g_strdup (_ ("Nothing has been learned yet."));
  else
    {
      const PzLearnStep *first = &g_array_index (chart->steps, PzLearnStep, 0);
      const PzLearnStep *last = &g_array_index (chart->steps, PzLearnStep, n - 1);

      text = g_strdup_printf (_ ("Step %u of %u: the error is %.2f; at the start it was %.2f."),
                              last->step, last->n_steps, last->level, first->level);
    }
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (chart)), text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (chart), text);
}

/* ---- the widget ---- */

void
pz_loss_chart_clear (PzLossChart *chart)
{
  g_array_set_size (chart->steps, 0);
  describe (chart);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

void
pz_loss_chart_add (PzLossChart *chart, const PzLearnStep *step)
{
  g_array_append_val (chart->steps, *step);
  describe (chart);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

static void
pz_loss_chart_finalize (GObject *object)
{
  g_array_unref (PZ_LOSS_CHART (object)->steps);
  G_OBJECT_CLASS (pz_loss_chart_parent_class)->finalize (object);
}

static void
pz_loss_chart_class_init (PzLossChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pz_loss_chart_finalize;
  GTK_WIDGET_CLASS (klass)->draw = pz_loss_chart_draw;
}

static void
pz_loss_chart_init (PzLossChart *chart)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (chart));

  chart->steps = g_array_new (FALSE, FALSE, sizeof (PzLearnStep));
  gtk_widget_set_size_request (GTK_WIDGET (chart), LEAST_WIDTH, LEAST_HEIGHT);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (chart)),
                               GTK_STYLE_CLASS_VIEW);
  atk_object_set_role (accessible, ATK_ROLE_CHART);
  atk_object_set_name (accessible, _ ("Learning curve"));
  describe (chart);
}

GtkWidget *
pz_loss_chart_new (void)
{
  return g_object_new (PZ_TYPE_LOSS_CHART, NULL);
}
