/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/learn-progress.h"

#include <glib/gi18n.h>

#include "ui/learning/loss-chart.h"
#include "ui/thumbnail.h"
#include "ui/widgets/form.h"

#define SAMPLE_SIDE 96
#define MAX_SAMPLES 16

struct _PzLearnProgress
{
  GtkBox parent;

  PzLossChart *chart;
  GtkBox *samples;
  GtkWidget *try_button;
};

G_DEFINE_FINAL_TYPE (PzLearnProgress, pz_learn_progress, GTK_TYPE_BOX)

enum
{
  SIGNAL_TRY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

void
pz_learn_progress_clear (PzLearnProgress *progress)
{
  pz_loss_chart_clear (progress->chart);
  pz_form_empty (GTK_CONTAINER (progress->samples));
}

void
pz_learn_progress_add_step (PzLearnProgress *progress, const PzLearnStep *step)
{
  pz_loss_chart_add (progress->chart, step);
}

static void
drop_oldest (PzLearnProgress *progress)
{
  g_autoptr (GList) all = gtk_container_get_children (GTK_CONTAINER (progress->samples));

  if (g_list_length (all) > MAX_SAMPLES)
    gtk_widget_destroy (g_list_last (all)->data);
}

void
pz_learn_progress_add_sample (PzLearnProgress *progress, guint step, const PzImage *image)
{
  GtkWidget *tile = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  cairo_surface_t *surface = pz_thumbnail_surface (image, SAMPLE_SIDE, GTK_WIDGET (progress));
  GtkWidget *picture = gtk_image_new_from_surface (surface);
  g_autofree char *text = g_strdup_printf (_ ("step %u"), step);
  g_autofree char *name = g_strdup_printf (_ ("Sample picture after step %u"), step);

  cairo_surface_destroy (surface);
  atk_object_set_name (gtk_widget_get_accessible (picture), name);
  gtk_box_pack_start (GTK_BOX (tile), picture, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (tile), gtk_label_new (text), FALSE, FALSE, 0);
  gtk_widget_show_all (tile);
  gtk_box_pack_start (progress->samples, tile, FALSE, FALSE, 0);
  gtk_box_reorder_child (progress->samples, tile, 0);
  drop_oldest (progress);
}

void
pz_learn_progress_set_learning (PzLearnProgress *progress, gboolean learning)
{
  gtk_widget_set_sensitive (progress->try_button, learning);
}

static void
on_try (PzLearnProgress *progress)
{
  g_signal_emit (progress, signals[SIGNAL_TRY], 0);
}

static void
pz_learn_progress_class_init (PzLearnProgressClass *klass)
{
  signals[SIGNAL_TRY] = g_signal_new ("try", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pz_learn_progress_init (PzLearnProgress *progress)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (progress), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (progress), 6);
}

GtkWidget *
pz_learn_progress_new (void)
{
  PzLearnProgress *progress = g_object_new (PZ_TYPE_LEARN_PROGRESS, NULL);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);

  progress->chart = PZ_LOSS_CHART (pz_loss_chart_new ());
  progress->samples = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  progress->try_button = gtk_button_new_with_label (_ ("Try It"));
  gtk_widget_set_tooltip_text (
    progress->try_button,
    _ ("Make one picture with what was learned so far; learning goes on afterwards"));
  gtk_widget_set_valign (progress->try_button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (progress->try_button, FALSE);
  g_signal_connect_swapped (progress->try_button, "clicked", G_CALLBACK (on_try), progress);
  gtk_box_pack_start (GTK_BOX (row), GTK_WIDGET (progress->chart), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), progress->try_button, FALSE, FALSE, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), SAMPLE_SIDE + 24);
  gtk_container_add (GTK_CONTAINER (scrolled), GTK_WIDGET (progress->samples));
  atk_object_set_name (gtk_widget_get_accessible (scrolled), _ ("Sample pictures"));
  gtk_box_pack_start (GTK_BOX (progress), row, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (progress), scrolled, TRUE, TRUE, 0);
  gtk_widget_show_all (GTK_WIDGET (progress));
  return GTK_WIDGET (progress);
}
