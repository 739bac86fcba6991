/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saved concepts, by path. A generator keeps its programs as long as the weights that it replaces are those of the same
 * concepts (see models/tasks/overlay.h), so a program with several runs should not read an unchanged file into a new object.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

typedef struct _PzConceptShelf PzConceptShelf;

PzConceptShelf *pz_concept_shelf_new (void);
void pz_concept_shelf_free (PzConceptShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConceptShelf, pz_concept_shelf_free)

/* Reads the file at that path; returns the same object as last time if it has not changed. Fails like pz_concept_load ().
 * (transfer full) */
PzConcept *pz_concept_shelf_load (PzConceptShelf *shelf, const char *path, GError **error);

/* Forgets all others, because the weights of a concept may take gigabytes. paths: ends with NULL; they need not be on the
 * shelf. */
void pz_concept_shelf_keep (PzConceptShelf *shelf, const char *const *paths);

G_END_DECLS
