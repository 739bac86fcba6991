/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/output-form.h"

#include <glib/gi18n.h>

#include "ui/widgets/form.h"

/* A switch for each of these settings, in two columns. */
static const struct
{
  const char *property, *label, *tooltip;
} switches[] = {
  { "preview", N_ ("Preview while generating"),
    N_ ("Show each variant while it is being made. The very first preview "
        "takes a moment longer.") },
  { "keep-prompts", N_ ("Save prompts in the image"),
    N_ ("Save prompts in the image: in the settings of each result, in layer "
        "names and in the last settings. Anyone who gets the XCF file can read "
        "them.") },
  { "recovery", N_ ("Keep finished variants for crash recovery"),
    N_ ("Keep finished variants in a private folder until they have become "
        "layers, and offer to restore them after a crash") },
  { "image-comment", N_ ("Save settings in the image comment"),
    N_ ("Save prompt and settings as text in the image comment. It is exported "
        "with the image: anyone who gets the file can read the prompt.") },
  { "native-size", N_ ("Results in native size"),
    N_ ("Keep results as large as the model made them, in the middle of "
        "the concept; otherwise they are scaled to the concept") },
  { "mark-origin", N_ ("Label as AI-generated"),
    N_ ("State in the image's metadata (IPTC Digital Source Type) that AI "
        "generated parts of it") },
};

static GtkWidget *
switch_new (PzSettings *settings, guint i)
{
  GtkWidget *check = gtk_check_button_new_with_label (_ (switches[i].label));

  g_object_bind_property (settings, switches[i].property, check, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_widget_set_tooltip_text (check, _ (switches[i].tooltip));
  atk_object_set_name (gtk_widget_get_accessible (check), _ (switches[i].label));
  return check;
}

/* The strength matters only for painting over. */
static void
on_target (PzSettings *settings, GParamSpec *spec, GtkWidget *scale)
{
  (void) spec;
  gtk_widget_set_sensitive (scale, pz_settings_paint_over (settings));
}

static void
attach_strength (PzSettings *settings, GtkGrid *grid)
{
  GtkWidget *scale =
    gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, PZ_SETTINGS_MIN_STRENGTH, 1, 0.05);

  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  gtk_widget_set_hexpand (scale, TRUE);
  g_object_bind_property (settings, "strength", gtk_range_get_adjustment (GTK_RANGE (scale)),
                          "value", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  pz_form_attach (grid, 0, 1,
                  &(PzFormRow) {
                    .label = _ ("Strength:"),
                    .name = _ ("Strength"),
                    .tooltip =
                      _ ("How much the area that is painted over changes. Right: nothing of it "
                         "is left"),
                    .control = scale,
                  });
  g_signal_connect_object (settings, "notify::target", G_CALLBACK (on_target), scale, 0);
  on_target (settings, NULL, scale);
}

GtkWidget *
pz_output_form_new (PzSettings *settings)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *target = pz_form_choice (settings, "target");

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  pz_form_attach (GTK_GRID (grid), 0, 0,
                  &(PzFormRow) {
                    .label = _ ("Results:"),
                    .name = _ ("Where results go"),
                    .tooltip =
                      _ ("Where the new layers go. “Into the selection” paints over what is "
                         "visible there; the selection is then not the concept's mask."),
                    .control = target,
                  });
  attach_strength (settings, GTK_GRID (grid));
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    gtk_grid_attach (GTK_GRID (grid), switch_new (settings, i), (gint) (i % 2) * 2,
                     1 + (gint) i / 2, 2, 1);
  gtk_widget_show_all (grid);
  return grid;
}
