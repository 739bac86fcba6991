/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/form.h"

#include <glib/gi18n.h>

/* Width of a closed drop-down that may shrink: enough for "Default (1024 × 1024)". */
#define CHOICE_CHARS 20

GtkWidget *
pz_form_attach (GtkGrid *grid, gint row, gint column, const PzFormRow *params)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (params->label);
  GtkWidget *target = params->mnemonic ? params->mnemonic : params->control;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), target);
  if (params->tooltip)
    gtk_widget_set_tooltip_text (target, params->tooltip);
  atk_object_set_name (gtk_widget_get_accessible (target), params->name);
  gtk_grid_attach (grid, label, 2 * column, row, 1, 1);
  gtk_grid_attach (grid, params->control, 2 * column + 1, row, 1, 1);
  return params->control;
}

GtkWidget *
pz_form_spin (PzSettings *settings, const char *property, double step, guint digits)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (settings), property);
  GtkWidget *spin;

  if (G_IS_PARAM_SPEC_INT (spec))
    spin = gtk_spin_button_new_with_range (G_PARAM_SPEC_INT (spec)->minimum,
                                           G_PARAM_SPEC_INT (spec)->maximum, step);
  else
    spin = gtk_spin_button_new_with_range (G_PARAM_SPEC_DOUBLE (spec)->minimum,
                                           G_PARAM_SPEC_DOUBLE (spec)->maximum, step);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), digits);
  g_object_bind_property (settings, property, spin, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return spin;
}

GtkWidget *
pz_form_choice (PzSettings *settings, const char *property)
{
  const PzSettingChoice *choices = pz_setting_find (property)->choices;
  GtkWidget *combo = gtk_combo_box_text_new ();

  for (guint i = 0; choices[i].value; i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), choices[i].value,
                               _ (choices[i].label));
  g_object_bind_property (settings, property, combo, "active-id",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return combo;
}

void
pz_form_let_choice_shrink (GtkComboBox *choice)
{
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (choice));

  for (GList *cell = cells; cell; cell = cell->next)
    g_object_set (cell->data, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", CHOICE_CHARS,
                  NULL);
  gtk_combo_box_set_popup_fixed_width (choice, FALSE);
}

static void
style (GtkWidget *widget, const char *rules)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (css, rules, -1, NULL);
  gtk_style_context_add_provider (gtk_widget_get_style_context (widget),
                                  GTK_STYLE_PROVIDER (css),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
pz_form_clear_background (GtkWidget *box)
{
  style (box, "* { background: none; }");
}

void
pz_form_light_on_dark (GtkWidget *widget)
{
  style (widget, "* { color: white; background: #202020; border-radius: 3px; padding: 1px; "
                 "-gtk-icon-shadow: none; }");
}

static void
destroy (GtkWidget *child, gpointer data)
{
  (void) data;
  gtk_widget_destroy (child);
}

void
pz_form_empty (GtkContainer *container)
{
  gtk_container_foreach (container, destroy, NULL);
}
