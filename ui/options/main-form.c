/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/main-form.h"

#include <glib/gi18n.h>

#include "ui/widgets/form.h"
#include "ui/window-fit.h"

/* If the setting is below 0, the slider shows the model's default; moving it changes the setting. */
static gboolean
show_fidelity (GBinding *binding, const GValue *setting, GValue *shown, gpointer data)
{
  double value = g_value_get_double (setting);

  (void) binding;
  g_value_set_double (shown, value < 0 ? pz_settings_get_model_fidelity (data) : value);
  return TRUE;
}

static GtkWidget *
dim_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  return label;
}

static GtkWidget *
room_row (PzSettings *settings, GtkWidget **scale_out)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scale =
    gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, PZ_MAX_ROOM, 0.05);

  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  g_object_bind_property (settings, "room", gtk_range_get_adjustment (GTK_RANGE (scale)),
                          "value", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_box_pack_start (GTK_BOX (row), dim_label (_ ("none")), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), scale, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), dim_label (_ ("lots")), FALSE, FALSE, 0);
  *scale_out = scale;
  return row;
}

static GtkWidget *
fidelity_row (PzSettings *settings, GtkWidget **scale_out)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *spin = gtk_spin_button_new_with_range (0, PZ_MAX_FIDELITY, 0.05);
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (spin));
  GtkWidget *scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, adjustment);

  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), 2);
  g_object_bind_property_full (settings, "fidelity", adjustment, "value",
                               G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, show_fidelity,
                               NULL, settings, NULL);

  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  atk_object_set_name (gtk_widget_get_accessible (scale), _ ("Concept fidelity"));
  atk_object_set_name (gtk_widget_get_accessible (spin), _ ("Concept fidelity, number"));
  gtk_box_pack_start (GTK_BOX (row), dim_label (_ ("prompt")), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), scale, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), dim_label (_ ("concept")), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), spin, FALSE, FALSE, 0);
  *scale_out = scale;
  return row;
}

/* A popover instead of an expander, so that the dialog fits on a laptop's screen. */
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
  g_object_set (advanced, "margin", 12, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_container_add (GTK_CONTAINER (popover), pz_window_scroll_in_popover (popover, advanced));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_set_tooltip_text (button,
                               _ ("Size, steps, guidance, negative prompt, model and device"));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Advanced"));
  return button;
}

/* ---- settings without effect on the chosen concepts ---- */

static void
show_fidelity_use (GtkWidget *scale, PzConceptChooser *chooser)
{
  const gboolean used = pz_concept_chooser_takes_fidelity (chooser);

  gtk_widget_set_sensitive (gtk_widget_get_parent (scale), used);
  gtk_widget_set_tooltip_text (
    scale, used ? _ ("Left: closer to the prompt. Right: closer to the concept.")
                : _ ("Has no effect on learned words and adapters"));
}

/* A saved concept has no surroundings. */
static void
show_room_use (GtkWidget *scale, GParamSpec *property, PzSettings *settings)
{
  (void) property;
  gtk_widget_set_sensitive (scale, pz_settings_use_layer (settings));
}

GtkWidget *
pz_main_form_new (PzSettings *settings,
                  GtkWidget *advanced,
                  PzConceptChooser *chooser,
                  PzSeedRow **seed_row)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *scale, *room_scale;
  GtkWidget *fidelity = fidelity_row (settings, &scale);
  GtkWidget *room = room_row (settings, &room_scale);
  GtkWidget *seed = pz_seed_row_new (settings);

  *seed_row = PZ_SEED_ROW (seed);
  g_signal_connect_object (chooser, "shown", G_CALLBACK (show_fidelity_use), scale,
                           G_CONNECT_SWAPPED);
  show_fidelity_use (scale, chooser);
  g_signal_connect_object (settings, "notify::concepts", G_CALLBACK (show_room_use), room_scale,
                           G_CONNECT_SWAPPED);
  show_room_use (room_scale, NULL, settings);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_widget_set_hexpand (fidelity, TRUE);
  pz_form_attach (GTK_GRID (grid), 0, 0,
                  &(PzFormRow) {
                    .label = _ ("Concept _fidelity:"),
                    .name = _ ("Concept fidelity"),
                    .control = fidelity,
                    .mnemonic = scale,
                  });
  gtk_container_child_set (GTK_CONTAINER (grid), fidelity, "width", 4, NULL);
  pz_form_attach (GTK_GRID (grid), 1, 0,
                  &(PzFormRow) {
                    .label = _ ("Surroundings:"),
                    .name = _ ("Surroundings"),
                    .tooltip =
                      _ ("How much of the concept's surroundings the model sees as well. "
                         "Left: only a narrow margin, as in its training"),
                    .control = room,
                    .mnemonic = room_scale,
                  });
  gtk_container_child_set (GTK_CONTAINER (grid), room, "width", 4, NULL);
  /* In this row instead of a column of its own, so that the dialog fits on a small screen. */
  gtk_box_pack_start (GTK_BOX (room), advanced_button (advanced), FALSE, FALSE, 6);
  pz_form_attach (GTK_GRID (grid), 2, 0,
                  &(PzFormRow) {
                    .label = _ ("_Variants:"),
                    .name = _ ("Variants"),
                    .tooltip = _ ("How many new layers to make"),
                    .control = pz_form_spin (settings, "variants", 1, 0),
                  });
  pz_form_attach (GTK_GRID (grid), 2, 1,
                  &(PzFormRow) {
                    .label = _ ("S_eed:"),
                    .name = _ ("Seed"),
                    .tooltip =
                      _ ("The same seed and settings give the same pictures. Each further "
                         "variant uses the next seed."),
                    .control = seed,
                    .mnemonic = pz_seed_row_get_entry (*seed_row),
                  });
  return grid;
}
