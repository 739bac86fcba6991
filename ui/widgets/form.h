/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of a form: a label with mnemonic, its control, tooltip and accessible name from one call,
 * and controls that are bound to a setting. Thread: main.
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
  GtkWidget *mnemonic; /* what the mnemonic reaches; NULL = control */
} PzFormRow;

/* Label in column 2 * column, control beside it. The grid takes the control. Returns the control. */
GtkWidget *pz_form_attach (GtkGrid *grid, gint row, gint column, const PzFormRow *params);

/* A spin button for a whole or real setting. */
GtkWidget *pz_form_spin (PzSettings *settings, const char *property, double step, guint digits);

/* A drop-down for a setting that is a choice, with all that its row of the table has. */
GtkWidget *pz_form_choice (PzSettings *settings, const char *property);
/* Long texts do not make the window wider: the closed drop-down cuts them, its list shows all of them. */
void pz_form_let_choice_shrink (GtkComboBox *choice);

/* Destroys all that is in it. */
void pz_form_empty (GtkContainer *container);

/* For a box on a coloured ground: some themes paint boxes, which would leave a patch there. */
void pz_form_clear_background (GtkWidget *box);
/* For a mark on a picture: seen whatever theme and picture are. */
void pz_form_light_on_dark (GtkWidget *widget);

G_END_DECLS
