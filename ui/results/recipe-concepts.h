/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The concepts of a recipe, found among those that are saved. Thread: main.
 */
#pragma once

#include <gio/gio.h>

#include "models/recipe-reader.h"

G_BEGIN_DECLS

typedef struct
{
  GStrv
    concepts; /* for the setting "concepts", one for each of the recipe's: one that is gone has its name there, too */
  GArray *fidelities; /* of double, for "fidelities"; NULL = the recipe has one for all */
  GStrv gone; /* names of those that are nowhere; empty = all are there */
  GStrv changed; /* of those of which there is only another one of the same name and method */
} PzRecipeConcepts;

void pz_recipe_concepts_free (PzRecipeConcepts *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRecipeConcepts, pz_recipe_concepts_free)

/* Each is known by its SHA-256; files are read for that, on a thread of its own. */
void pz_recipe_concepts_find_async (const PzRecipeReader *reader,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback done,
                                    gpointer data);
/* (transfer full), NULL = cancelled. */
PzRecipeConcepts *pz_recipe_concepts_find_finish (GAsyncResult *result);

G_END_DECLS
