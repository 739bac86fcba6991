/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --recipe: the recipe of a picture as options, and a check whether the new picture was made in the same way.
 */
#pragma once

#include "cli/generate-options.h"

/* Reads o->recipe into o->wanted and fills the options that were not given. A recipe identifies pictures by their
 * hashes and files by their names. The files that it needs must be given; a USAGE_ERROR asks for those that are
 * missing. Fails with BAD_FILE or BAD_INPUT if it is not a recipe. */
gboolean pz_generate_recipe_apply (PzGenerateOptions *o, GError **error);

/* Compares the model, the inputs, the device and the driver in the recipe of a new picture (`made`, JSON) with the
 * recipe that was requested: one sentence for each difference. (transfer full), NULL-terminated. */
GStrv pz_generate_recipe_compare (const PzRecipeReader *wanted, const char *made);

/* Adds to the recipe of a picture what the engine does not know: the room around the concepts. (transfer full) */
char *pz_generate_recipe_complete (const PzGenerateOptions *o, const char *recipe);
