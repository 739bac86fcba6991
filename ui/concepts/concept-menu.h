/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section of a menu with the concepts that can be added: the active layer and saved concepts, of which there may be
 * hundreds. They are read in a background thread whenever the menu opens; some are shown at once, the others are found
 * by name.
 *
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* name: PZ_CONCEPT_LAYER, or the name of a file in pz_concept_folder (). */
typedef void (*PzConceptMenuFunc) (gpointer data, const char *name);

/* menu: from pz_menu_new (). Concepts that are already in the settings are left out. */
void pz_concept_menu_append (GtkWidget *menu,
                             PzSettings *settings,
                             PzConceptMenuFunc add,
                             gpointer data);
/* Concepts for another model cannot be added, and their tooltip says why. NULL = no model is open, and nothing is
 * checked. beside: see pz_model_search_path (). Both are copied. */
void pz_concept_menu_set_model (GtkWidget *menu, const PzModelInfo *model, const char *beside);

G_END_DECLS
