/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recipe of a result, read back into the settings it was made with. Thread: main.
 */
#pragma once

#include "models/recipe-reader.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* Sets everything that the recipe says; what it does not know stays, values out of range are left out. Model and device
 * stay too: the recipe names them, but they need not be here. */
void pz_recipe_reader_apply (const PzRecipeReader *reader, PzSettings *settings);

G_END_DECLS
