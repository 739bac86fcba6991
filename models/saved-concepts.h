/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Concepts on disk, without what they are made of: what a list of them shows. models/concept.h loads one.
 *
 * Thread: any.
 */
#pragma once

#include "models/concept-fit.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *title; /* for people; the file's name where it says nothing */
  char *name; /* as prompts of other programs and recipes have it; may be NULL */
  char *method; /* "elite", "textual-inversion", ...; NULL = not known */
  char *class_word; /* what it is one of; may be NULL */
  char *
    model; /* fingerprint of the model it belongs to; NULL = words only, any model of their width */
  char *elite; /* of the ELITE mappers; NULL = they do not matter */
  char *model_name; /* what the model was called that it was made with; may be NULL */
  PzImage *thumbnail; /* RGB; may be NULL */
  guint n_words; /* rows for prompts; 0 = none */
  gboolean has_local; /* of its words the first alone edits best */
  guint width; /* D of its rows; 0 = it has none */
  guint64 size_bytes;
  gint64 modified_s; /* Unix time of its last change */
  char *problem; /* NULL = it can be loaded, as far as its head says; else one sentence */
} PzSavedConcept;

void pz_saved_concept_free (PzSavedConcept *saved);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSavedConcept, pz_saved_concept_free)

/* One .pzconcept file; only its head is read. Never NULL: what is wrong is said in ->problem. (transfer full) */
PzSavedConcept *pz_saved_concept_inspect (const char *path);

/* All of pz_concept_folder (), by title, usable or not. (transfer full) array of PzSavedConcept, never NULL. */
GPtrArray *pz_saved_concepts_find (void);

/* The file that a name stands for: an absolute path is itself, else it lies in pz_concept_folder () and may lack its
 * ending. It need not be there. (transfer full) */
char *pz_saved_concept_path (const char *name);

/* A path in pz_concept_folder () for a concept of that title, at which there is nothing yet. (transfer full) */
char *pz_saved_concept_free_path (const char *title);

G_END_DECLS
