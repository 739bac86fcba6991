/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choosing files: with GTK's file chooser, and by drag and drop. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* object: as passed below; path: of one file. */
typedef void (*PzFileFunc) (gpointer object, const char *path);

/* A file chooser for the widget's window. (transfer full) */
GtkFileChooserNative *
pz_file_choice_new (gpointer widget, const char *title, GtkFileChooserAction action);

/* Adds a filter for a kind of files, with its patterns. */
void pz_file_choice_add_kind (GtkFileChooserNative *dialog,
                              const char *name,
                              const char *const patterns[],
                              guint n_patterns);

/* Shows a chooser. Calls `chosen` with `object`, a GObject, for each chosen file, unless the object is gone by then.
 * dialog: (transfer full). Does not run a nested main loop, because that would block a screen reader that pressed the
 * button. */
void pz_file_choice_show (GtkFileChooserNative *dialog, gpointer object, PzFileFunc chosen);

/* Lets the user drop files on the widget; `dropped` is called with the widget for each of them. */
void pz_file_choice_take_drops (GtkWidget *widget, PzFileFunc dropped);

/* Adds a filter for the pictures that gdk-pixbuf can read. */
void pz_file_choice_of_pictures (GtkFileChooserNative *dialog);

G_END_DECLS
