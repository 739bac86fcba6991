/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Information about concept files for lists, without loading their tensors. models/concept.h loads a concept.
 *
 * Thread: any.
 */
#pragma once

#include "models/concept-fit.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *title; /* for users; the file name if the file has no title */
  char *name; /* as in recipes and prompts of other programs; may be NULL */
  char *method; /* "elite", "textual-inversion", ...; NULL = not known */
  char *class_word; /* class of the thing; may be NULL */
  char *model; /* fingerprint of its model; NULL = words only, any model of their width */
  char *elite; /* fingerprint of its ELITE mappers; NULL = any */
  char *model_name; /* the model that it was made with; may be NULL */
  PzImage *thumbnail; /* RGB; may be NULL */
  guint n_words; /* embedding rows for prompts; 0 = none */
  gboolean has_local; /* local features; only the first word is primary */
  gboolean takes_fidelity; /* see pz_concept_takes_fidelity () */
  guint width; /* D of its rows; 0 = it has no rows */
  guint64 size_bytes;
  gint64 modified_s; /* Unix time of the last modification */
  char *problem; /* NULL = loadable according to its header; otherwise one sentence */
} PzSavedConcept;

void pz_saved_concept_free (PzSavedConcept *saved);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSavedConcept, pz_saved_concept_free)

/* Inspects a .pzconcept file; reads only its header. Never NULL: an error is stored in ->problem. (transfer full) */
PzSavedConcept *pz_saved_concept_inspect (const char *path);

/* All files in pz_concept_folder (), sorted by title, usable or not. (transfer full) array of PzSavedConcept, never NULL. */
GPtrArray *pz_saved_concepts_find (void);

/* The file that a name stands for: an absolute path is returned unchanged; any other name is a file in pz_concept_folder (),
 * with or without its extension. The file need not exist. (transfer full) */
char *pz_saved_concept_path (const char *name);

/* An unused path in pz_concept_folder () for a concept with this title. (transfer full) */
char *pz_saved_concept_free_path (const char *title);

G_END_DECLS
