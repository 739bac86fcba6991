/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings everybody uses: concept fidelity, variants, seed; and the button behind which the
 * others are. Thread: main.
 */
#pragma once

#include "ui/options/seed-row.h"
#include "ui/settings.h"

G_BEGIN_DECLS

/* advanced: what the button shows; taken. seed_row: (out) (transfer none) the row inside. */
GtkWidget *pz_main_form_new (PzSettings *settings, GtkWidget *advanced, PzSeedRow **seed_row);

G_END_DECLS
