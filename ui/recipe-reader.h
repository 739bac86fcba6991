/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recipe of a result (JSON, see models/tasks/recipe.h), read back: into the settings it was made with, and into
 * the one-paragraph text that other programs read. Thread: main.
 */
#pragma once

#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct _PzRecipeReader PzRecipeReader;

/* Fails with BAD_INPUT when it is no recipe, or of a newer schema. (transfer full) */
PzRecipeReader *pz_recipe_reader_new (const char *json, GError **error);
void pz_recipe_reader_free (PzRecipeReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRecipeReader, pz_recipe_reader_free)

guint64 pz_recipe_reader_get_seed (PzRecipeReader *reader);
/* (transfer none), "" when the recipe has none. */
const char *pz_recipe_reader_get_prompt (PzRecipeReader *reader);

/* Sets everything that the recipe says; what it does not know stays, values out of range are left out. Model and device
 * stay too: the recipe names them, but they need not be here. */
void pz_recipe_reader_apply (PzRecipeReader *reader, PzSettings *settings);

/* "prompt\nNegative prompt: ...\nSteps: 6, Sampler: LCM, CFG scale: 2, Seed: 5, ...": the form that AUTOMATIC1111's
 * web interface began and most others read. (transfer full) */
char *pz_recipe_reader_to_text (PzRecipeReader *reader);

G_END_DECLS
