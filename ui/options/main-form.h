/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings that everybody uses: concept fidelity, variants, seed; and the button that shows the others.
 * Thread: main.
 */
#pragma once

#include "ui/concepts/concept-chooser.h"
#include "ui/options/seed-row.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* advanced: the widget that the button shows; the form takes ownership. chooser: on its concepts some settings have no effect;
 * they are insensitive then. seed_row: (out) (transfer none) the row in the
 * form. */
GtkWidget *pz_main_form_new (PzSettings *settings,
                             GtkWidget *advanced,
                             PzConceptChooser *chooser,
                             PzSeedRow **seed_row);

G_END_DECLS
