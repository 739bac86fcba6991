/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways in which files are chosen: with GTK's chooser, and by dropping them. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* object: as given below; path: of one file. */
typedef void (*PzFileFunc) (gpointer object, const char *path);

/* A chooser of the widget's window. (transfer full) */
GtkFileChooserNative *
pz_file_choice_new (gpointer widget, const char *title, GtkFileChooserAction action);

/* A kind of files that can be chosen, and its patterns. */
void pz_file_choice_add_kind (GtkFileChooserNative *dialog,
                              const char *name,
                              const char *const patterns[],
                              guint n_patterns);

/* Shows a chooser. Once files are chosen, `chosen` is called for each of them with `object`, a GObject; not if that is gone by then.
 * dialog: (transfer full). Without a loop of its own: that would block a screen reader which pressed the button. */
void pz_file_choice_show (GtkFileChooserNative *dialog, gpointer object, PzFileFunc chosen);

/* From now on files can be dropped on the widget; `dropped` is called for each of them with it. */
void pz_file_choice_take_drops (GtkWidget *widget, PzFileFunc dropped);

/* The pictures that gdk-pixbuf can read. */
void pz_file_choice_of_pictures (GtkFileChooserNative *dialog);

G_END_DECLS
