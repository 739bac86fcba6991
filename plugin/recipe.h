/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parasite on each result layer: the engine's recipe and where in GIMP the concept came from.
 * Persistent, so it is in the XCF; undoable, else Undo would complain.
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
} PzRecipeSource;

/* The engine's JSON with a member "source" {layer, tattoo, mask_source}. (transfer full) */
char *pz_recipe_with_source (const char *recipe, const PzRecipeSource *source);

/* Attaches it. Thread: main (libgimp). */
gboolean pz_recipe_attach (GimpLayer *layer, const char *recipe, const PzRecipeSource *source);

G_END_DECLS
