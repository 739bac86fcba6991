/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The seed: a number, a button that draws a new one, and a switch "draw one for each run" (seed -1 in the settings; the
 * number then shows the seed of the last run). Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_SEED_ROW (pz_seed_row_get_type ())
G_DECLARE_FINAL_TYPE (PzSeedRow, pz_seed_row, PZ, SEED_ROW, GtkBox)

GtkWidget *pz_seed_row_new (PzSettings *settings);
/* The widget for a label's mnemonic. (transfer none) */
GtkWidget *pz_seed_row_get_entry (PzSeedRow *row);
/* The seed a run was started with. */
void pz_seed_row_show_used (PzSeedRow *row, gint seed);

G_END_DECLS
