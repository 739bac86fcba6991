/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/main-form.h"

#include <glib/gi18n.h>

#include "ui/form.h"

static GtkWidget *
fidelity_row (PzSettings *settings, GtkWidget **scale_out)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *spin = pz_form_spin (settings, "fidelity", 0.05, 2);
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (spin));
  GtkWidget *scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, adjustment);

  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_scale_add_mark (GTK_SCALE (scale), 0, GTK_POS_BOTTOM, _ ("prompt"));
  gtk_scale_add_mark (GTK_SCALE (scale), PZ_DEFAULT_FIDELITY, GTK_POS_BOTTOM, NULL);
  gtk_scale_add_mark (GTK_SCALE (scale), PZ_MAX_FIDELITY, GTK_POS_BOTTOM, _ ("concept"));
  gtk_widget_set_tooltip_text (scale, _ ("Left follows the prompt, right follows the concept"));
  gtk_widget_set_valign (spin, GTK_ALIGN_START);
  atk_object_set_name (gtk_widget_get_accessible (scale), _ ("Concept fidelity"));
  atk_object_set_name (gtk_widget_get_accessible (spin), _ ("Concept fidelity, number"));
  gtk_box_pack_start (GTK_BOX (row), scale, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), spin, FALSE, FALSE, 0);
  *scale_out = scale;
  return row;
}

/* A popover, not an expander: the dialog still fits a laptop's screen. */
static GtkWidget *
advanced_button (GtkWidget *advanced)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Advanced"));
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *popover = gtk_popover_new (button);

  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (row),
                     gtk_image_new_from_icon_name ("pan-down-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (button), row);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), button);
  gtk_container_set_border_width (GTK_CONTAINER (popover), 12);
  gtk_container_add (GTK_CONTAINER (popover), advanced);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_set_tooltip_text (button,
                               _ ("Size, steps, guidance, negative prompt, model and device"));
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_hexpand (button, TRUE);
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Advanced"));
  return button;
}

GtkWidget *
pz_main_form_new (PzSettings *settings, GtkWidget *advanced, PzSeedRow **seed_row)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *scale;
  GtkWidget *fidelity = fidelity_row (settings, &scale);
  GtkWidget *seed = pz_seed_row_new (settings);

  *seed_row = PZ_SEED_ROW (seed);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_widget_set_hexpand (fidelity, TRUE);
  pz_form_attach (GTK_GRID (grid), 0, 0,
                  &(PzFormRow) {
                    .label = _ ("Concept _fidelity:"),
                    .name = _ ("Concept fidelity"),
                    .tooltip = _ ("Left follows the prompt, right follows the concept"),
                    .control = fidelity,
                    .mnemonic = scale,
                  });
  gtk_container_child_set (GTK_CONTAINER (grid), fidelity, "width", 4, NULL);
  pz_form_attach (GTK_GRID (grid), 1, 0,
                  &(PzFormRow) {
                    .label = _ ("_Variants:"),
                    .name = _ ("Variants"),
                    .tooltip = _ ("How many new layers to make"),
                    .control = pz_form_spin (settings, "variants", 1, 0),
                  });
  pz_form_attach (GTK_GRID (grid), 1, 1,
                  &(PzFormRow) {
                    .label = _ ("S_eed:"),
                    .name = _ ("Seed"),
                    .tooltip = _ ("The same seed and settings give the same pictures. Each "
                                  "variant adds one."),
                    .control = seed,
                    .mnemonic = pz_seed_row_get_entry (*seed_row),
                  });
  gtk_grid_attach (GTK_GRID (grid), advanced_button (advanced), 4, 1, 1, 1);
  return grid;
}
