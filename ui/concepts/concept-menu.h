/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of a menu with the concepts that can be added: the active layer and saved ones, of which there may be hundreds.
 * They are read on a thread of their own whenever the menu opens; some are shown at once, others are found by their names.
 *
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* name: PZ_CONCEPT_LAYER, or a file's in pz_concept_folder (). */
typedef void (*PzConceptMenuFunc) (gpointer data, const char *name);

/* menu: of pz_menu_new (). Those that the settings name already are left out. */
void pz_concept_menu_append (GtkWidget *menu,
                             PzSettings *settings,
                             PzConceptMenuFunc add,
                             gpointer data);
/* Those that are for another model cannot be added, and say why. NULL = none is open, and nothing is said. beside: see
 * pz_model_search_path (). Both copied. */
void pz_concept_menu_set_model (GtkWidget *menu, const PzModelInfo *model, const char *beside);

G_END_DECLS
