/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model/model-row.h"

#include <glib/gi18n.h>

#include "ui/widgets/menu.h"
#include "ui/model/model-choose.h"
#include "ui/model/model-needs.h"

#define NAME_CHARS 18

struct _PzModelRow
{
  GtkBox parent;

  PzSettings *settings;
  char *beside;
  PzModelInfo *model; /* NULL = none is open */
  GtkWidget *button; /* opens the menu with the models */
  GtkImage *icon;
  GtkLabel *name;
};

G_DEFINE_FINAL_TYPE (PzModelRow, pz_model_row, GTK_TYPE_BOX)

/* ---- the text ---- */

/* Whether it is in one of the user's folders; otherwise it came with the program. */
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
  g_autoptr (GFile) chosen = NULL;
  g_autofree char *text = NULL, *path = NULL;
  gboolean is_file;

  g_object_get (row->settings, "model-folder", &chosen, NULL);
  if (chosen)
    {
      text = g_file_get_basename (chosen);
      path = g_file_get_path (chosen);
    }
  else if (row->model && is_found (row->model))
    /* Translators: a model's name; it was not chosen but found in the folder for models. */
    text = g_strdup_printf (_ ("(Found: %s)"), row->model->name);
  else
    text = g_strdup (_ ("(Built-in model)"));
  is_file = path && g_file_test (path, G_FILE_TEST_IS_REGULAR);
  gtk_image_set_from_icon_name (row->icon,
                                is_file ? "text-x-generic-symbolic" : "folder-symbolic",
                                GTK_ICON_SIZE_BUTTON);
  gtk_label_set_text (row->name, text);
  gtk_widget_set_tooltip_text (row->button, path ? path : _ ("Choose a model of your own"));
  atk_object_set_description (gtk_widget_get_accessible (row->button), text);
}

static void
on_clear (PzModelRow *row)
{
  g_object_set (row->settings, "model-folder", NULL, NULL);
}

/* Lists the files of the chosen model, even if it cannot be opened; else those of the open model. */
static void
on_files (PzModelRow *row)
{
  g_autoptr (GFile) model = NULL;

  g_object_get (row->settings, "model-folder", &model, NULL);
  if (!model && row->model && row->model->path)
    model = g_file_new_for_path (row->model->path);
  pz_model_needs_show (GTK_WIDGET (row), model, row->beside);
}

/* ---- the widget ---- */

static void
pz_model_row_finalize (GObject *object)
{
  PzModelRow *row = PZ_MODEL_ROW (object);

  g_clear_pointer (&row->model, pz_model_info_free);
  g_clear_object (&row->settings);
  g_free (row->beside);
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
  row->button = gtk_menu_button_new ();
  row->icon = GTK_IMAGE (gtk_image_new ());
  row->name = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (row->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (row->name, NAME_CHARS);
  gtk_label_set_max_width_chars (row->name, NAME_CHARS);
  gtk_label_set_xalign (row->name, 0);
  gtk_box_pack_start (GTK_BOX (inside), GTK_WIDGET (row->icon), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (inside), GTK_WIDGET (row->name), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (row->button), inside);
  gtk_box_pack_start (GTK_BOX (row), row->button, TRUE, TRUE, 0);
  add_button (row, "edit-clear-symbolic", _ ("Use the default model"),
              _ ("Back to the default model"), G_CALLBACK (on_clear));
  add_button (row, "dialog-information-symbolic", _ ("Files of the model"),
              _ ("List the model's files and check that they are intact"),
              G_CALLBACK (on_files));
}

GtkWidget *
pz_model_row_new (PzSettings *settings, const char *beside)
{
  PzModelRow *row = g_object_new (PZ_TYPE_MODEL_ROW, NULL);

  row->settings = g_object_ref (settings);
  row->beside = g_strdup (beside);
  pz_model_choose_append (pz_menu_new (GTK_MENU_BUTTON (row->button)), settings, beside);
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
