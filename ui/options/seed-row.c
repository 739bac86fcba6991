/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/seed-row.h"

#include <glib/gi18n.h>

struct _PzSeedRow
{
  GtkBox parent;

  PzSettings *settings;
  GtkSpinButton *number;
  GtkToggleButton *random;
  GtkWidget *varied; /* shows which seed is varied; hidden if none is */
  GtkLabel *varied_text;
  gboolean updating; /* widgets are being set from the settings: ignore their signals */
};

G_DEFINE_FINAL_TYPE (PzSeedRow, pz_seed_row, GTK_TYPE_BOX)

static void
store (PzSeedRow *row)
{
  gboolean random = gtk_toggle_button_get_active (row->random);

  if (!row->updating)
    g_object_set (row->settings, "seed",
                  random ? -1 : gtk_spin_button_get_value_as_int (row->number), NULL);
}

static void
follow (PzSeedRow *row)
{
  gint seed;

  g_object_get (row->settings, "seed", &seed, NULL);
  row->updating = TRUE;
  gtk_toggle_button_set_active (row->random, seed < 0);
  if (seed >= 0)
    gtk_spin_button_set_value (row->number, seed);
  gtk_widget_set_sensitive (GTK_WIDGET (row->number), seed >= 0);
  row->updating = FALSE;
}

static void
follow_variation (PzSeedRow *row)
{
  g_autofree char *text = NULL;
  gint varied;

  g_object_get (row->settings, "variation-of", &varied, NULL);
  gtk_widget_set_visible (row->varied, varied >= 0);
  text = g_strdup_printf (_ ("Variations of seed %d"), varied);
  gtk_label_set_text (row->varied_text, text);
}

static void
on_no_variation (PzSeedRow *row)
{
  g_object_set (row->settings, "variation-of", -1, NULL);
}

static GtkWidget *
build_varied (PzSeedRow *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *clear =
    gtk_button_new_from_icon_name ("edit-clear-symbolic", GTK_ICON_SIZE_BUTTON);

  row->varied_text = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_tooltip_text (clear, _ ("Stop making variations"));
  atk_object_set_name (gtk_widget_get_accessible (clear), _ ("No variations"));
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (on_no_variation), row);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (row->varied_text));
  gtk_container_add (GTK_CONTAINER (box), clear);
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (box, TRUE);
  return box;
}

static void
on_new (GtkButton *button, PzSeedRow *row)
{
  (void) button;
  g_object_set (row->settings, "seed", pz_settings_draw_seed (), NULL);
}

static void
pz_seed_row_dispose (GObject *object)
{
  g_clear_object (&PZ_SEED_ROW (object)->settings);
  G_OBJECT_CLASS (pz_seed_row_parent_class)->dispose (object);
}

static void
pz_seed_row_class_init (PzSeedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_seed_row_dispose;
}

static void
pz_seed_row_init (PzSeedRow *row)
{
  GtkWidget *fresh = gtk_button_new_with_mnemonic (_ ("_New"));
  GtkWidget *numbers = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  row->number = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (0, PZ_SETTINGS_MAX_SEED, 1));
  row->random = GTK_TOGGLE_BUTTON (gtk_check_button_new_with_mnemonic (_ ("Ran_dom")));
  gtk_entry_set_width_chars (GTK_ENTRY (row->number), 10);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (row), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (row), 6);
  gtk_box_pack_start (GTK_BOX (numbers), GTK_WIDGET (row->number), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (numbers), fresh, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (numbers), GTK_WIDGET (row->random), FALSE, FALSE, 6);
  row->varied = build_varied (row);
  gtk_container_add (GTK_CONTAINER (row), numbers);
  gtk_container_add (GTK_CONTAINER (row), row->varied);

  gtk_widget_set_tooltip_text (
    GTK_WIDGET (row->number),
    _ ("The same seed and settings give the same pictures. Each further "
       "variant uses the next seed."));
  gtk_widget_set_tooltip_text (fresh, _ ("Pick a random seed and keep it"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->random), _ ("Pick a random seed for each run"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row->number)), _ ("Seed"));
  atk_object_set_name (gtk_widget_get_accessible (fresh), _ ("Pick a random seed"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row->random)), _ ("Random seed"));
  g_signal_connect_swapped (row->number, "value-changed", G_CALLBACK (store), row);
  g_signal_connect_swapped (row->random, "toggled", G_CALLBACK (store), row);
  g_signal_connect (fresh, "clicked", G_CALLBACK (on_new), row);
  gtk_widget_show_all (numbers);
}

GtkWidget *
pz_seed_row_new (PzSettings *settings)
{
  PzSeedRow *row = g_object_new (PZ_TYPE_SEED_ROW, NULL);

  row->settings = g_object_ref (settings);
  pz_seed_row_show_used (row, pz_settings_draw_seed ());
  g_signal_connect_object (settings, "notify::seed", G_CALLBACK (follow), row,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::variation-of", G_CALLBACK (follow_variation), row,
                           G_CONNECT_SWAPPED);
  follow (row);
  follow_variation (row);
  return GTK_WIDGET (row);
}

GtkWidget *
pz_seed_row_get_entry (PzSeedRow *row)
{
  return GTK_WIDGET (row->number);
}

void
pz_seed_row_show_used (PzSeedRow *row, gint seed)
{
  row->updating = TRUE;
  gtk_spin_button_set_value (row->number, seed);
  row->updating = FALSE;
}
