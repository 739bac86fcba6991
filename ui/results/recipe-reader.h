/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Applies the recipe of a result to the settings. Thread: main.
 */
#pragma once

#include "models/recipe-reader.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* Sets everything that the recipe contains. Other settings stay ("variation-of" becomes -1 if it is absent), and values
 * out of range are ignored. Model and device stay too: the recipe names them, but they need not exist here. */
void pz_recipe_reader_apply (const PzRecipeReader *reader, PzSettings *settings);

G_END_DECLS
