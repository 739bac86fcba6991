/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/status-line.h"

#include <glib/gi18n.h>

#include "ui/progress-text.h"

struct _PzStatusLine
{
  GtkBox parent;

  GtkProgressBar *bar;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (PzStatusLine, pz_status_line, GTK_TYPE_BOX)

static void
pz_status_line_class_init (PzStatusLineClass *klass)
{
  (void) klass;
}

static void
pz_status_line_init (PzStatusLine *line)
{
  line->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  line->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (line), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (line), 6);
  gtk_label_set_xalign (line->text, 0);
  gtk_label_set_ellipsize (line->text, PANGO_ELLIPSIZE_END);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (line->bar)),
                       _ ("Generation progress"));
  gtk_container_add (GTK_CONTAINER (line), GTK_WIDGET (line->bar));
  gtk_container_add (GTK_CONTAINER (line), GTK_WIDGET (line->text));
  gtk_widget_show_all (GTK_WIDGET (line));
}

GtkWidget *
pz_status_line_new (void)
{
  return g_object_new (PZ_TYPE_STATUS_LINE, NULL);
}

void
pz_status_line_say (PzStatusLine *line, const char *text)
{
  gtk_label_set_text (line->text, text);
}

const char *
pz_status_line_get_text (PzStatusLine *line)
{
  return gtk_label_get_text (line->text);
}

void
pz_status_line_set_fraction (PzStatusLine *line, double fraction)
{
  gtk_progress_bar_set_fraction (line->bar, CLAMP (fraction, 0, 1));
}

void
pz_status_line_show (PzStatusLine *line, const PzProgress *progress)
{
  g_autofree char *text = pz_progress_text (progress);

  pz_status_line_set_fraction (line, progress->fraction);
  pz_status_line_say (line, text);
}
