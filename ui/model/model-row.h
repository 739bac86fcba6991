/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which model is used: a button that says it and chooses another folder or file, one that goes back to the default, and one
 * that lists the model's files. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_MODEL_ROW (pz_model_row_get_type ())
G_DECLARE_FINAL_TYPE (PzModelRow, pz_model_row, PZ, MODEL_ROW, GtkBox)

/* beside: see pz_model_search_path (). */
GtkWidget *pz_model_row_new (PzSettings *settings, const char *beside);
/* The model that is open now; NULL = none. Copied. */
void pz_model_row_set_model (PzModelRow *row, const PzModelInfo *model);
/* What a mnemonic reaches. (transfer none) */
GtkWidget *pz_model_row_get_button (PzModelRow *row);

G_END_DECLS
