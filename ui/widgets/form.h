/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of a form: a label with mnemonic, its control, tooltip and accessible name in one call, and controls that are
 * bound to a setting. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings-table.h"
#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct
{
  const char *label; /* with mnemonic, translated */
  const char *name; /* accessible name, translated */
  const char *tooltip; /* translated; NULL = the control has its own */
  GtkWidget *control;
  GtkWidget *mnemonic; /* target of the mnemonic; NULL = control */
} PzFormRow;

/* The label goes into column 2 * column, the control next to it. The grid takes the control. Returns the control. */
GtkWidget *pz_form_attach (GtkGrid *grid, gint row, gint column, const PzFormRow *params);

/* A spin button for an integer or floating-point setting. */
GtkWidget *pz_form_spin (PzSettings *settings, const char *property, double step, guint digits);

/* A drop-down for a setting that is a choice, with all choices in its row of the table. */
GtkWidget *pz_form_choice (PzSettings *settings, const char *property);
/* Keeps long texts from making the window wider: the closed drop-down ellipsizes them, its list shows them in full. */
void pz_form_let_choice_shrink (GtkComboBox *choice);

/* Destroys all children. */
void pz_form_empty (GtkContainer *container);

/* For a box on a coloured background: some themes paint a background for boxes, which would show as a patch there. */
void pz_form_clear_background (GtkWidget *box);
/* For a mark on a picture: visible with any theme and on any picture. */
void pz_form_light_on_dark (GtkWidget *widget);

G_END_DECLS
