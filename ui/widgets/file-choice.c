/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/file-choice.h"

#include <glib/gi18n.h>

/* The callback, stored as data of a chooser or a widget. */
typedef struct
{
  PzFileFunc func;
} Choice;

#define CHOICE "pz-choice"

static void
attach (gpointer object, PzFileFunc func)
{
  Choice *choice = g_new (Choice, 1);

  choice->func = func;
  g_object_set_data_full (object, CHOICE, choice, g_free);
}

/* ---- choosers ---- */

GtkFileChooserNative *
pz_file_choice_new (gpointer widget, const char *title, GtkFileChooserAction action)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);

  return gtk_file_chooser_native_new (title, GTK_WINDOW (window), action, NULL, NULL);
}

void
pz_file_choice_add_kind (GtkFileChooserNative *dialog,
                         const char *name,
                         const char *const patterns[],
                         guint n_patterns)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (guint i = 0; i < n_patterns; i++)
    gtk_file_filter_add_pattern (filter, patterns[i]);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

static void
on_response (GtkNativeDialog *dialog, gint response, gpointer object)
{
  const Choice *choice = g_object_get_data (G_OBJECT (dialog), CHOICE);
  GSList *files = response == GTK_RESPONSE_ACCEPT
                    ? gtk_file_chooser_get_filenames (GTK_FILE_CHOOSER (dialog))
                    : NULL;

  for (GSList *file = files; file; file = file->next)
    choice->func (object, file->data);
  g_slist_free_full (files, g_free);
  g_object_unref (dialog);
}

void
pz_file_choice_show (GtkFileChooserNative *dialog, gpointer object, PzFileFunc chosen)
{
  attach (dialog, chosen);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), object, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
pz_file_choice_of_pictures (GtkFileChooserNative *dialog)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Pictures"));
  gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

/* ---- drops ---- */

static void
on_drop (GtkWidget *widget,
         GdkDragContext *context,
         gint x,
         gint y,
         GtkSelectionData *selection)
{
  const Choice *choice = g_object_get_data (G_OBJECT (widget), CHOICE);
  g_auto (GStrv) uris = gtk_selection_data_get_uris (selection);

  (void) context;
  (void) x;
  (void) y;
  for (guint i = 0; uris && uris[i]; i++)
    {
      g_autofree char *path = g_filename_from_uri (uris[i], NULL, NULL);

      if (path)
        choice->func (widget, path);
    }
}

void
pz_file_choice_take_drops (GtkWidget *widget, PzFileFunc dropped)
{
  attach (widget, dropped);
  gtk_drag_dest_set (widget, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (widget);
  g_signal_connect (widget, "drag-data-received", G_CALLBACK (on_drop), NULL);
}
