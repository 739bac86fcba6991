/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parasite on each result layer: the engine's recipe, and where in GIMP the concept came from. Persistent, so it is
 * saved in the XCF; undoable, because otherwise Undo would complain. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

#define PZ_RECIPE_PARASITE "plug-in-personalize-concept/params"

typedef struct
{
  char *layer; /* name of the concept's layer */
  guint tattoo; /* tattoo of that layer */
  char *mask_source; /* "selection", ... */
  double room; /* around the concept, see pz_concept_square () */
} PzRecipeSource;

/* The engine's JSON with a member "source" {layer, tattoo, mask_source, room}. (transfer full) */
char *pz_recipe_with_source (const char *recipe, const PzRecipeSource *source);

/* Reads the member "source"; FALSE = there is none. name: (transfer full) */
gboolean pz_recipe_get_source (const char *recipe, char **name, guint *tattoo);

/* The same JSON with empty prompts; *prompt and *seed receive the prompt and the seed it had. (transfer full); NULL if
 * it is no recipe. */
char *pz_recipe_without_prompts (const char *recipe, char **prompt, guint64 *seed);

gboolean pz_recipe_attach (GimpLayer *layer, const char *recipe, const PzRecipeSource *source);
/* Attaches the JSON unchanged, and replaces the previous recipe. */
gboolean pz_recipe_attach_json (GimpLayer *layer, const char *json);

/* The layer's recipe, NULL if it has none. (transfer full) */
char *pz_recipe_read (GimpLayer *layer);

G_END_DECLS
