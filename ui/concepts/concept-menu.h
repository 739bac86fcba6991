/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of a menu with the concepts that can be added: the active layer and saved ones, of which there may be hundreds.
 * They are read on a thread of their own whenever the menu opens; some are shown at once, others are found by their names.
 *
 * Thread: main.
 */
#pragma once

#include "ui/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* name: PZ_CONCEPT_LAYER, or a file's in pz_concept_folder (). */
typedef void (*PzConceptMenuFunc) (gpointer data, const char *name);

/* menu: of pz_menu_new (). Those that the settings name already are left out. */
void pz_concept_menu_append (GtkWidget *menu,
                             PzSettings *settings,
                             PzConceptMenuFunc add,
                             gpointer data);

G_END_DECLS
