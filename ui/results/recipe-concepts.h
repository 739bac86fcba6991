/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the concepts of a recipe among the saved concepts. Thread: main.
 */
#pragma once

#include <gio/gio.h>

#include "models/recipe-reader.h"

G_BEGIN_DECLS

typedef struct
{
  GStrv
    concepts; /* for the setting "concepts", one for each of the recipe's concepts; a missing one is listed by its name */
  GArray *fidelities; /* of double, for "fidelities"; NULL = the recipe has one for all */
  GStrv gone; /* names of the missing ones; empty = none is missing */
  GStrv changed; /* names of those with only another one of the same name and method */
} PzRecipeConcepts;

void pz_recipe_concepts_free (PzRecipeConcepts *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRecipeConcepts, pz_recipe_concepts_free)

/* Each concept is identified by its SHA-256. The files are read for that in a background thread. */
void pz_recipe_concepts_find_async (const PzRecipeReader *reader,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback done,
                                    gpointer data);
/* (transfer full), NULL = cancelled. */
PzRecipeConcepts *pz_recipe_concepts_find_finish (GAsyncResult *result);

G_END_DECLS
