/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model-row.h"

#include <glib/gi18n.h>

#include "ui/model-needs.h"

#define NAME_CHARS 18

struct _PzModelRow
{
  GtkBox parent;

  PzSettings *settings;
  PzModelInfo *model; /* NULL = not known */
  GtkWidget *button;
  GtkLabel *name;
};

G_DEFINE_FINAL_TYPE (PzModelRow, pz_model_row, GTK_TYPE_BOX)

/* ---- choosing ---- */

static void
on_chosen (GtkNativeDialog *chooser, gint response, PzSettings *settings)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT)
    g_object_set (settings, "model-folder", folder, NULL);
  g_object_unref (chooser);
}

/* Without a loop of its own: that would block a screen reader which pressed the button. */
void
pz_model_row_choose (GtkWidget *parent, PzSettings *settings)
{
  g_autoptr (GFile) folder = NULL;
  GtkFileChooserNative *chooser =
    gtk_file_chooser_native_new (_ ("Model Folder"),
                                 GTK_WINDOW (gtk_widget_get_toplevel (parent)),
                                 GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);

  g_object_get (settings, "model-folder", &folder, NULL);
  if (folder)
    gtk_file_chooser_set_file (GTK_FILE_CHOOSER (chooser), folder, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen), settings, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* ---- what is said ---- */

/* From a folder of the user's; else it came with the program. */
static gboolean
is_found (const PzModelInfo *model)
{
  g_auto (GStrv) places = pz_model_search_path (NULL);
  gboolean found = FALSE;

  for (guint i = 0; places[i] && model->path && !found; i++)
    found = g_str_has_prefix (model->path, places[i]);
  return found;
}

static void
follow (PzModelRow *row)
{
  g_autoptr (GFile) folder = NULL;
  g_autofree char *text = NULL, *path = NULL;

  g_object_get (row->settings, "model-folder", &folder, NULL);
  if (folder)
    {
      text = g_file_get_basename (folder);
      path = g_file_get_path (folder);
    }
  else if (row->model && is_found (row->model))
    /* Translators: a model's name; it was not chosen but found in the folder for models. */
    text = g_strdup_printf (_ ("(Found: %s)"), row->model->name);
  else
    text = g_strdup (_ ("(Built-in model)"));
  gtk_label_set_text (row->name, text);
  gtk_widget_set_tooltip_text (row->button,
                               path ? path : _ ("Choose a folder with a model of your own"));
  atk_object_set_description (gtk_widget_get_accessible (row->button), text);
}

static void
on_button (PzModelRow *row)
{
  pz_model_row_choose (GTK_WIDGET (row), row->settings);
}

static void
on_clear (PzModelRow *row)
{
  g_object_set (row->settings, "model-folder", NULL, NULL);
}

static void
on_files (PzModelRow *row)
{
  g_autoptr (GFile) folder =
    row->model && row->model->path ? g_file_new_for_path (row->model->path) : NULL;

  pz_model_needs_show (GTK_WIDGET (row), folder, NULL);
}

/* ---- the widget ---- */

static void
pz_model_row_finalize (GObject *object)
{
  PzModelRow *row = PZ_MODEL_ROW (object);

  g_clear_pointer (&row->model, pz_model_info_free);
  g_clear_object (&row->settings);
  G_OBJECT_CLASS (pz_model_row_parent_class)->finalize (object);
}

static void
pz_model_row_class_init (PzModelRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pz_model_row_finalize;
}

static void
add_button (PzModelRow *row,
            const char *icon,
            const char *name,
            const char *tooltip,
            GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_tooltip_text (button, tooltip);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  g_signal_connect_swapped (button, "clicked", callback, row);
  gtk_box_pack_start (GTK_BOX (row), button, FALSE, FALSE, 0);
}

static void
pz_model_row_init (PzModelRow *row)
{
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_set_spacing (GTK_BOX (row), 6);
  row->button = gtk_button_new ();
  row->name = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (row->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (row->name, NAME_CHARS);
  gtk_label_set_max_width_chars (row->name, NAME_CHARS);
  gtk_label_set_xalign (row->name, 0);
  gtk_box_pack_start (GTK_BOX (inside),
                      gtk_image_new_from_icon_name ("folder-symbolic", GTK_ICON_SIZE_BUTTON),
                      FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (inside), GTK_WIDGET (row->name), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (row->button), inside);
  g_signal_connect_swapped (row->button, "clicked", G_CALLBACK (on_button), row);
  gtk_box_pack_start (GTK_BOX (row), row->button, TRUE, TRUE, 0);
  add_button (row, "edit-clear-symbolic", _ ("Use the default model"),
              _ ("Back to the default model"), G_CALLBACK (on_clear));
  add_button (row, "dialog-information-symbolic", _ ("Files of the model"),
              _ ("List the model's files and check that they are intact"),
              G_CALLBACK (on_files));
}

GtkWidget *
pz_model_row_new (PzSettings *settings)
{
  PzModelRow *row = g_object_new (PZ_TYPE_MODEL_ROW, NULL);

  row->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "notify::model-folder", G_CALLBACK (follow), row,
                           G_CONNECT_SWAPPED);
  follow (row);
  return GTK_WIDGET (row);
}

void
pz_model_row_set_model (PzModelRow *row, const PzModelInfo *model)
{
  g_clear_pointer (&row->model, pz_model_info_free);
  row->model = model ? pz_model_info_copy (model) : NULL;
  follow (row);
}

GtkWidget *
pz_model_row_get_button (PzModelRow *row)
{
  return row->button;
}
