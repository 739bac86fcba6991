/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which concepts a run has: the active layer, or saved ones, up to PZ_MAX_CONCEPTS. Each is a button that says which
 * placeholder stands for it; behind it are its fidelity and a way to remove it. Bound to the settings "concepts" and
 * "fidelities". Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_CONCEPT_CHOOSER (pz_concept_chooser_get_type ())
G_DECLARE_FINAL_TYPE (PzConceptChooser, pz_concept_chooser, PZ, CONCEPT_CHOOSER, GtkBox)

GtkWidget *pz_concept_chooser_new (PzSettings *settings);
/* That they are for: see pz_concept_menu_set_model (). */
void pz_concept_chooser_set_model (PzConceptChooser *chooser,
                                   const PzModelInfo *model,
                                   const char *beside);
/* What is saved has changed: says anew what is chosen. */
void pz_concept_chooser_refresh (PzConceptChooser *chooser);

G_END_DECLS
