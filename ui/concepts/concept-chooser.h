/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The concepts of a run: the active layer, or saved concepts, up to PZ_MAX_CONCEPTS. Each is a button that shows its
 * placeholder; the button's menu has its fidelity and removes it. Bound to the settings "concepts" and "fidelities".
 * Thread: main.
 *
 * Signals: "shown": the buttons are those of the current concepts.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_CONCEPT_CHOOSER (pz_concept_chooser_get_type ())
G_DECLARE_FINAL_TYPE (PzConceptChooser, pz_concept_chooser, PZ, CONCEPT_CHOOSER, GtkBox)

GtkWidget *pz_concept_chooser_new (PzSettings *settings);
/* The model that the concepts must fit: see pz_concept_menu_set_model (). */
void pz_concept_chooser_set_model (PzConceptChooser *chooser,
                                   const PzModelInfo *model,
                                   const char *beside);
/* Call this when saved concepts have changed: updates the buttons. */
void pz_concept_chooser_refresh (PzConceptChooser *chooser);
/* Whether fidelity has an effect on one of the concepts shown; it has none on learned words. */
gboolean pz_concept_chooser_takes_fidelity (PzConceptChooser *chooser);

G_END_DECLS
