/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/advanced-page.h"

#include <stdio.h>

#include <glib/gi18n.h>

#include "ui/widgets/form.h"
#include "ui/model/model-row.h"
#include "ui/options/output-form.h"
#include "ui/options/size-list.h"

/* Enough for "Default (10.5)". */
#define DEFAULT_CHARS 13

struct _PzAdvancedPage
{
  GtkGrid parent;

  PzSettings *settings;
  PzModelInfo *model; /* NULL = none is open */
  GtkSpinButton *steps;
  GtkSpinButton *guidance;
  GtkEntry *negative;
  GtkComboBoxText *size;
  GtkComboBoxText *sampler;
  GtkComboBoxText *device;
  PzModelRow *model_row;
  guint layer_width, layer_height; /* of the concept; 0 = none */
  gboolean updating; /* widgets are being set from the settings: ignore their signals */
};

G_DEFINE_FINAL_TYPE (PzAdvancedPage, pz_advanced_page, GTK_TYPE_GRID)

/* ---- steps and guidance: a value below the first valid one is shown as "Default (4)" ---- */

static gboolean
show_default (GtkSpinButton *spin, double first_real, double model_value, gboolean known)
{
  g_autofree char *text = NULL;

  if (gtk_spin_button_get_value (spin) >= first_real)
    return FALSE;
  if (known)
    /* Translators: what a number field shows where the model's own value is used. */
    text = g_strdup_printf (_ ("Default (%g)"), model_value);
  else
    text = g_strdup (_ ("Default"));
  if (g_strcmp0 (text, gtk_entry_get_text (GTK_ENTRY (spin))) != 0)
    gtk_entry_set_text (GTK_ENTRY (spin), text);
  return TRUE;
}

static gboolean
on_steps_output (GtkSpinButton *spin, PzAdvancedPage *page)
{
  return show_default (spin, 1, page->model ? page->model->steps : 0, page->model != NULL);
}

static gboolean
on_guidance_output (GtkSpinButton *spin, PzAdvancedPage *page)
{
  return show_default (spin, 0, page->model ? page->model->guidance : 0, page->model != NULL);
}

/* Text that is not a number, such as "Default (4)", leaves the value unchanged. */
static gint
on_default_input (GtkSpinButton *spin, double *value, gpointer data)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (spin));
  char *end;

  (void) data;
  *value = g_strtod (text, &end);
  if (end == text)
    *value = gtk_spin_button_get_value (spin);
  return TRUE;
}

/* ---- size ---- */

static void
fill_sizes (PzAdvancedPage *page)
{
  gint width, height;

  g_object_get (page->settings, "width", &width, "height", &height, NULL);
  page->updating = TRUE;
  pz_size_list_fill (page->size, page->model, page->layer_width, page->layer_height,
                     (guint) width, (guint) height);
  page->updating = FALSE;
}

static void
on_size_changed (GtkComboBox *combo, PzAdvancedPage *page)
{
  const char *id = gtk_combo_box_get_active_id (combo);
  gint width, height;

  if (!page->updating && id && sscanf (id, "%dx%d", &width, &height) == 2)
    g_object_set (page->settings, "width", width, "height", height, NULL);
}

/* ---- sampler ---- */

static void
fill_samplers (PzAdvancedPage *page)
{
  const char *title = page->model ? pz_sampler_title_of (page->model->sampler) : NULL;
  g_autofree char *label = NULL, *chosen = NULL;

  g_object_get (page->settings, "sampler", &chosen, NULL);
  page->updating = TRUE;
  gtk_combo_box_text_remove_all (page->sampler);
  /* Translators: the title of a sampler, such as DDIM. */
  label = title ? g_strdup_printf (_ ("Default (%s)"), title) : g_strdup (_ ("Default"));
  gtk_combo_box_text_append (page->sampler, PZ_SETTINGS_SAMPLER, label);
  for (guint i = 0; pz_sampler_name (i); i++)
    gtk_combo_box_text_append (page->sampler, pz_sampler_name (i), pz_sampler_title (i));
  if (!gtk_combo_box_set_active_id (GTK_COMBO_BOX (page->sampler), chosen))
    gtk_combo_box_set_active_id (GTK_COMBO_BOX (page->sampler), PZ_SETTINGS_SAMPLER);
  page->updating = FALSE;
}

static void
on_sampler_changed (GtkComboBox *combo, PzAdvancedPage *page)
{
  if (!page->updating && gtk_combo_box_get_active_id (combo))
    g_object_set (page->settings, "sampler", gtk_combo_box_get_active_id (combo), NULL);
}

/* ---- device and model ---- */

static void
fill_devices (PzAdvancedPage *page, const char *const *names)
{
  g_autofree char *chosen = NULL;

  g_object_get (page->settings, "device", &chosen, NULL);
  page->updating = TRUE;
  gtk_combo_box_text_remove_all (page->device);
  gtk_combo_box_text_append (page->device, "", _ ("Automatic"));
  for (guint i = 0; names && names[i]; i++)
    gtk_combo_box_text_append (page->device, names[i], names[i]);
  if (!gtk_combo_box_set_active_id (GTK_COMBO_BOX (page->device), chosen))
    {
      gtk_combo_box_text_append (page->device, chosen, chosen);
      gtk_combo_box_set_active_id (GTK_COMBO_BOX (page->device), chosen);
    }
  page->updating = FALSE;
}

static void
on_device_changed (GtkComboBox *combo, PzAdvancedPage *page)
{
  if (!page->updating && gtk_combo_box_get_active_id (combo))
    g_object_set (page->settings, "device", gtk_combo_box_get_active_id (combo), NULL);
}

static void
follow_device (PzAdvancedPage *page)
{
  g_autofree char *chosen = NULL;

  g_object_get (page->settings, "device", &chosen, NULL);
  page->updating = TRUE;
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (page->device), chosen);
  page->updating = FALSE;
}

/* ---- negative prompt ---- */

/* Why the negative prompt would be ignored; NULL = it is used. */
static const char *
why_ignored (PzAdvancedPage *page)
{
  double guidance;

  if (!page->model)
    return NULL;
  if (page->model->guidance_embedded)
    return _ ("This model needs few steps and ignores a negative prompt");
  g_object_get (page->settings, "guidance", &guidance, NULL);
  if (guidance < 0)
    guidance = page->model->guidance;
  return guidance <= 1 ? _ ("At a guidance of 1 or less, a negative prompt is ignored") : NULL;
}

static void
follow_guidance (PzAdvancedPage *page)
{
  const char *reason = why_ignored (page);

  gtk_widget_set_sensitive (GTK_WIDGET (page->negative), reason == NULL);
  gtk_entry_set_placeholder_text (page->negative, reason);
  gtk_widget_set_tooltip_text (GTK_WIDGET (page->negative),
                               reason ? reason : _ ("What the new pictures should not show"));
}

/* ---- the page ---- */

static void
pz_advanced_page_finalize (GObject *object)
{
  PzAdvancedPage *page = PZ_ADVANCED_PAGE (object);

  g_clear_pointer (&page->model, pz_model_info_free);
  g_clear_object (&page->settings);
  G_OBJECT_CLASS (pz_advanced_page_parent_class)->finalize (object);
}

static void
pz_advanced_page_class_init (PzAdvancedPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pz_advanced_page_finalize;
}

static void
pz_advanced_page_init (PzAdvancedPage *page)
{
  gtk_grid_set_row_spacing (GTK_GRID (page), 6);
  gtk_grid_set_column_spacing (GTK_GRID (page), 12);
}

static void
build_numbers (PzAdvancedPage *page)
{
  GtkGrid *grid = GTK_GRID (page);
  GtkWidget *steps = pz_form_spin (page->settings, "steps", 1, 0);
  GtkWidget *guidance = pz_form_spin (page->settings, "guidance", 0.5, 1);

  page->steps = GTK_SPIN_BUTTON (steps);
  page->guidance = GTK_SPIN_BUTTON (guidance);
  gtk_spin_button_set_numeric (page->steps, FALSE); /* allows the text "Default" */
  gtk_spin_button_set_numeric (page->guidance, FALSE);
  gtk_entry_set_width_chars (GTK_ENTRY (steps), DEFAULT_CHARS);
  gtk_entry_set_width_chars (GTK_ENTRY (guidance), DEFAULT_CHARS);
  g_signal_connect (steps, "output", G_CALLBACK (on_steps_output), page);
  g_signal_connect (steps, "input", G_CALLBACK (on_default_input), page);
  g_signal_connect (guidance, "output", G_CALLBACK (on_guidance_output), page);
  g_signal_connect (guidance, "input", G_CALLBACK (on_default_input), page);
  pz_form_attach (grid, 0, 0,
                  &(PzFormRow) {
                    .label = _ ("Num_ber of steps:"),
                    .name = _ ("Number of steps"),
                    .tooltip =
                      _ ("More steps take longer and may bring out more detail; 0 uses the "
                         "model's default"),
                    .control = steps,
                  });
  pz_form_attach (
    grid, 0, 1,
    &(PzFormRow) {
      .label = _ ("G_uidance:"),
      .name = _ ("Guidance"),
      .tooltip = _ ("How closely the prompt is followed; below 0 uses the model's default, "
                    "1 turns guidance off"),
      .control = guidance,
    });
}

static void
build_choices (PzAdvancedPage *page)
{
  GtkGrid *grid = GTK_GRID (page);

  page->size = GTK_COMBO_BOX_TEXT (gtk_combo_box_text_new ());
  page->device = GTK_COMBO_BOX_TEXT (gtk_combo_box_text_new ());
  pz_form_attach (grid, 1, 0,
                  &(PzFormRow) {
                    .label = _ ("Si_ze:"),
                    .name = _ ("Size"),
                    .tooltip = _ ("Width and height of the new layers in pixels"),
                    .control = GTK_WIDGET (page->size),
                  });
  pz_form_attach (grid, 1, 1,
                  &(PzFormRow) {
                    .label = _ ("_Words:"),
                    .name = _ ("Words"),
                    .tooltip =
                      _ ("How many of the words that describe the concept stand for S"),
                    .control = pz_form_choice (page->settings, "words"),
                  });
  pz_form_attach (grid, 2, 0,
                  &(PzFormRow) {
                    .label = _ ("Dev_ice:"),
                    .name = _ ("Device"),
                    .tooltip =
                      _ ("The Vulkan device to compute on. “Automatic” is the best one."),
                    .control = GTK_WIDGET (page->device),
                  });
  page->sampler = GTK_COMBO_BOX_TEXT (gtk_combo_box_text_new ());
  pz_form_attach (grid, 3, 0,
                  &(PzFormRow) {
                    .label = _ ("Sampler:"),
                    .name = _ ("Sampler"),
                    .tooltip =
                      _ ("The method that turns noise into a picture; some need fewer steps"),
                    .control = GTK_WIDGET (page->sampler),
                  });
  g_signal_connect (page->sampler, "changed", G_CALLBACK (on_sampler_changed), page);
  g_signal_connect (page->size, "changed", G_CALLBACK (on_size_changed), page);
  g_signal_connect (page->device, "changed", G_CALLBACK (on_device_changed), page);
}

static void
build (PzAdvancedPage *page, const char *beside)
{
  GtkGrid *grid = GTK_GRID (page);
  GtkWidget *negative = gtk_entry_new ();

  page->model_row = PZ_MODEL_ROW (pz_model_row_new (page->settings, beside));
  build_numbers (page);
  build_choices (page);
  pz_form_let_choice_shrink (GTK_COMBO_BOX (page->size));
  pz_form_let_choice_shrink (GTK_COMBO_BOX (page->device));
  pz_form_attach (grid, 2, 1,
                  &(PzFormRow) {
                    .label = _ ("_Model:"),
                    .name = _ ("Model"),
                    .control = GTK_WIDGET (page->model_row),
                    .mnemonic = pz_model_row_get_button (page->model_row),
                  });
  page->negative = GTK_ENTRY (negative);
  gtk_widget_set_hexpand (negative, TRUE);
  pz_form_attach (grid, 4, 0,
                  &(PzFormRow) {
                    .label = _ ("Nega_tive prompt:"),
                    .name = _ ("Negative prompt"),
                    .control = negative,
                  });
  gtk_container_child_set (GTK_CONTAINER (grid), negative, "width", 3, NULL);
  g_object_bind_property (page->settings, "negative-prompt", negative, "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_grid_attach (grid, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), 0, 5, 4, 1);
  gtk_grid_attach (grid, pz_output_form_new (page->settings), 0, 6, 4, 1);
  fill_sizes (page);
  fill_samplers (page);
  fill_devices (page, NULL);
  follow_guidance (page);
}

GtkWidget *
pz_advanced_page_new (PzSettings *settings, const char *beside)
{
  PzAdvancedPage *page = g_object_new (PZ_TYPE_ADVANCED_PAGE, NULL);

  page->settings = g_object_ref (settings);
  build (page, beside);
  g_signal_connect_object (settings, "notify::width", G_CALLBACK (fill_sizes), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::height", G_CALLBACK (fill_sizes), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::sampler", G_CALLBACK (fill_samplers), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::device", G_CALLBACK (follow_device), page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::guidance", G_CALLBACK (follow_guidance), page,
                           G_CONNECT_SWAPPED);
  gtk_widget_show_all (GTK_WIDGET (page));
  return GTK_WIDGET (page);
}

void
pz_advanced_page_set_model (PzAdvancedPage *page, const PzModelInfo *model)
{
  g_clear_pointer (&page->model, pz_model_info_free);
  page->model = model ? pz_model_info_copy (model) : NULL;
  pz_settings_set_model (page->settings, model);
  pz_model_row_set_model (page->model_row, model);
  fill_sizes (page);
  fill_samplers (page);
  gtk_spin_button_update (page->steps);
  gtk_spin_button_update (page->guidance);

  follow_guidance (page);
}

void
pz_advanced_page_set_layer (PzAdvancedPage *page, guint width, guint height)
{
  if (page->layer_width == width && page->layer_height == height)
    return;
  page->layer_width = width;
  page->layer_height = height;
  fill_sizes (page);
}

void
pz_advanced_page_set_devices (PzAdvancedPage *page, const char *const *names)
{
  fill_devices (page, names);
}
