/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internals of the page with the saved concepts: concepts-page.c (the list, and using an item), concepts-changes.c
 * (adding, renaming, removing and exporting files). Thread: main.
 */
#pragma once

#include "ui/concepts/library-list.h"
#include "ui/panel/panel-private.h"
#include "ui/store/removed-file.h"

G_BEGIN_DECLS

/* The private state of this page; PzPanel has what other pages need. */
struct _PzConceptsRoom
{
  PzLibraryList *list;
  GtkWidget *tools; /* the buttons below the list */
  GtkWidget *renamer, *exporter, *remover;
  GtkEntry *name;
  GCancellable *reading; /* NULL = not reading */
  char *select; /* path to select next; NULL = keep the selection */
  PzRemovedFile *removed; /* can be restored; NULL = nothing */
  char *removed_title;
  PzLibraryItem *exported; /* its destination is being chosen; NULL = none so far */
  guint n_changes; /* in progress, in their own threads */
};

/* ---- concepts-page.c ---- */

/* (transfer none), NULL = nothing is selected. */
PzLibraryItem *pz_concepts_get_selected (PzPanel *panel);
/* The name that the settings use for the concept in that file. (transfer full) */
char *pz_concepts_name (const char *path);
/* Updates which buttons are sensitive. */
void pz_concepts_follow (PzPanel *panel);
void pz_concepts_read (PzPanel *panel);

/* ---- concepts-changes.c ---- */

/* Copies a file to the folder where the program looks for files of its kind. */
void pz_concepts_import (PzPanel *panel, const char *path);
void pz_concepts_choose_import (PzPanel *panel);
/* Rename, remove or export the selected item. */
void pz_concepts_rename (PzPanel *panel, const char *name);
void pz_concepts_remove (PzPanel *panel);
void pz_concepts_export (PzPanel *panel);

G_END_DECLS
