/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inside the page of what is saved: concepts-page.c (the list, and using what is in it), concepts-changes.c (files are added, renamed,
 * removed, exported). Thread: main.
 */
#pragma once

#include "ui/concepts/library-list.h"
#include "ui/panel/panel-private.h"
#include "ui/store/removed-file.h"

G_BEGIN_DECLS

/* Of the page alone; the panel has what others see. */
struct _PzConceptsRoom
{
  PzLibraryList *list;
  GtkWidget *tools; /* the buttons below the list */
  GtkWidget *renamer, *exporter, *remover;
  GtkEntry *name;
  GCancellable *reading; /* NULL = nothing is read now */
  char *select; /* path of what is selected next; NULL = what was */
  PzRemovedFile *removed; /* can be brought back; NULL = nothing */
  char *removed_title;
  PzLibraryItem *exported; /* for which a place is chosen; NULL = none was yet */
  guint n_changes; /* under way, on threads of their own */
};

/* ---- concepts-page.c ---- */

/* (transfer none), NULL = nothing is selected. */
PzLibraryItem *pz_concepts_get_selected (PzPanel *panel);
/* The name by which settings know the concept of that file. (transfer full) */
char *pz_concepts_name (const char *path);
/* What the buttons can do may have changed. */
void pz_concepts_follow (PzPanel *panel);
void pz_concepts_read (PzPanel *panel);

/* ---- concepts-changes.c ---- */

/* A file is copied to where the program looks for such. */
void pz_concepts_import (PzPanel *panel, const char *path);
void pz_concepts_choose_import (PzPanel *panel);
/* What is selected gets that name, goes, is written for other programs. */
void pz_concepts_rename (PzPanel *panel, const char *name);
void pz_concepts_remove (PzPanel *panel);
void pz_concepts_export (PzPanel *panel);

G_END_DECLS
