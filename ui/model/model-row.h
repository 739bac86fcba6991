/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model in use: a button that shows it and chooses another folder or file, one that resets it to the default, and
 * one that lists the model's files. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_MODEL_ROW (pz_model_row_get_type ())
G_DECLARE_FINAL_TYPE (PzModelRow, pz_model_row, PZ, MODEL_ROW, GtkBox)

/* beside: see pz_model_search_path (). */
GtkWidget *pz_model_row_new (PzSettings *settings, const char *beside);
/* The open model; NULL = none. Copied. */
void pz_model_row_set_model (PzModelRow *row, const PzModelInfo *model);
/* The widget for a mnemonic. (transfer none) */
GtkWidget *pz_model_row_get_button (PzModelRow *row);

G_END_DECLS
