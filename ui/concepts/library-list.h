/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library as a searchable list. Files can be dropped on it. A long list is filled in steps, and the window stays
 * responsive meanwhile. Thread: main.
 *
 * Signals:
 *   "selected"               another row is selected, or none
 *   "use"                    the selected row: Enter, or a double click
 *   "key" (guint keyval)     Delete or F2 on the selected row
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

/* Replaces the items. select: path of the item to select; NULL = the item that was selected before, if it still exists. */
void pz_library_list_set (PzLibraryList *list, GPtrArray *items, const char *select);
PzLibraryItem *
pz_library_list_get_selected (PzLibraryList *list); /* (transfer none), or NULL */
/* Moves the focus to the selected row, else to the search entry. */
void pz_library_list_focus (PzLibraryList *list);
/* Adds a button next to the search entry. */
void pz_library_list_add_button (PzLibraryList *list, GtkWidget *button);

G_END_DECLS
