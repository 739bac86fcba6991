/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library as a list that can be searched; files can be dropped on it. A long one is filled bit by bit, and the window answers
 * meanwhile. Thread: main.
 *
 * Signals:
 *   "selected"               another row is selected, or none
 *   "use"                    the selected one: Enter, or a double click
 *   "key" (guint keyval)     Delete, F2: what is to be done with the selected one
 *   "undo"                   Ctrl+Z
 *   "dropped" (const char *path)
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/concepts/library.h"

G_BEGIN_DECLS

#define PZ_TYPE_LIBRARY_LIST (pz_library_list_get_type ())
G_DECLARE_FINAL_TYPE (PzLibraryList, pz_library_list, PZ, LIBRARY_LIST, GtkBox)

GtkWidget *pz_library_list_new (void);

/* In place of those before. select: path of what is to be selected; NULL = what was before, where it is still there. */
void pz_library_list_set (PzLibraryList *list, GPtrArray *items, const char *select);
PzLibraryItem *
pz_library_list_get_selected (PzLibraryList *list); /* (transfer none), or NULL */
/* To the selected row, else to the search entry. */
void pz_library_list_focus (PzLibraryList *list);
/* Beside the search entry. */
void pz_library_list_add_button (PzLibraryList *list, GtkWidget *button);

G_END_DECLS
