/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the recipe of a picture (JSON, see models/tasks/recipe.h): member by member, or converted to the one-paragraph text
 * that other programs read. Thread: any.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _PzRecipeReader PzRecipeReader;

/* Fails with BAD_INPUT if the text is not a recipe or has a newer schema. (transfer full) */
PzRecipeReader *pz_recipe_reader_new (const char *json, GError **error);
void pz_recipe_reader_free (PzRecipeReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRecipeReader, pz_recipe_reader_free)

guint64 pz_recipe_reader_get_seed (const PzRecipeReader *reader);
/* (transfer none), "" if the recipe has no such member. */
const char *pz_recipe_reader_get_text (const PzRecipeReader *reader, const char *member);
/* `fallback` if the recipe has no such number. */
double
pz_recipe_reader_get_number (const PzRecipeReader *reader, const char *member, double fallback);
/* The number of entries in a list; 0 if there is no such list. */
guint pz_recipe_reader_count (const PzRecipeReader *reader, const char *member);
/* The whole recipe. (transfer none) */
JsonObject *pz_recipe_reader_get_object (const PzRecipeReader *reader);

/* "prompt\nNegative prompt: ...\nSteps: 6, Sampler: LCM, CFG scale: 2, Seed: 5, ...": the format introduced by AUTOMATIC1111's
 * web interface, which most other programs read. (transfer full) */
char *pz_recipe_reader_to_text (const PzRecipeReader *reader);

G_END_DECLS
