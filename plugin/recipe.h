/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parasite on each result layer: the engine's recipe and where in GIMP the concept came from.
 * Persistent, so it is in the XCF; undoable, else Undo would complain. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

#define PZ_RECIPE_PARASITE "plug-in-personalize-concept/params"

typedef struct
{
  char *layer; /* the concept's name */
  guint tattoo; /* its tattoo */
  char *mask_source; /* "selection", ... */
  double room; /* around it, see pz_concept_square () */
} PzRecipeSource;

/* The engine's JSON with a member "source" {layer, tattoo, mask_source, room}. (transfer full) */
char *pz_recipe_with_source (const char *recipe, const PzRecipeSource *source);

/* What its "source" says; FALSE = nothing. name: (transfer full) */
gboolean pz_recipe_get_source (const char *recipe, char **name, guint *tattoo);

/* The same JSON with empty prompts; what they were, and the seed, go out. (transfer full); NULL when it is no recipe. */
char *pz_recipe_without_prompts (const char *recipe, char **prompt, guint64 *seed);

gboolean pz_recipe_attach (GimpLayer *layer, const char *recipe, const PzRecipeSource *source);
/* As it is, in place of the one before. */
gboolean pz_recipe_attach_json (GimpLayer *layer, const char *json);

/* The layer's recipe, NULL when it has none. (transfer full) */
char *pz_recipe_read (GimpLayer *layer);

G_END_DECLS
