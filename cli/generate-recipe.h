/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --recipe: a picture's recipe as options, and whether what was made then is the same.
 */
#pragma once

#include "cli/generate-options.h"

/* Reads o->recipe into o->wanted and fills the options that were not given. A recipe knows pictures by their hashes and files by
 * their names: what it needs of them must be given, and is asked for with a USAGE_ERROR. Fails with BAD_FILE or BAD_INPUT when it is
 * no recipe. */
gboolean pz_generate_recipe_apply (PzGenerateOptions *o, GError **error);

/* What of the picture's recipe is not as it was in the one asked for, though no option says so: one sentence each.
 * (transfer full) NULL at the end. */
GStrv pz_generate_recipe_compare (const PzRecipeReader *wanted, const char *made);
