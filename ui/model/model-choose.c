/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model/model-choose.h"

#include <glib/gi18n.h>

#include "ui/model/model-found.h"
#include "ui/widgets/file-choice.h"
#include "ui/widgets/menu.h"

static const char *const patterns[] = { "*.safetensors", "*.ckpt" };

static void
take_model (gpointer settings, const char *path)
{
  g_autoptr (GFile) model = g_file_new_for_path (path);

  g_object_set (settings, "model-folder", model, NULL);
}

/* The first folder of the search path that exists. (transfer full), NULL = none does. */
static GFile *
find_place (void)
{
  g_auto (GStrv) places = pz_model_search_path (NULL);

  for (guint i = 0; places[i]; i++)
    if (g_file_test (places[i], G_FILE_TEST_IS_DIR))
      return g_file_new_for_path (places[i]);
  return NULL;
}

/* Opens the chooser at the chosen model or its folder, else in the models folder, else in the home folder. */
static void
begin_at (GtkFileChooser *chooser, PzSettings *settings, gboolean folders)
{
  g_autoptr (GFile) model = NULL, folder = NULL;
  gboolean is_folder;

  g_object_get (settings, "model-folder", &model, NULL);
  if (!model)
    folder = find_place ();
  else
    {
      is_folder =
        g_file_query_file_type (model, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
      if (is_folder == folders)
        {
          gtk_file_chooser_set_file (chooser, model, NULL);
          return;
        }
      folder = g_file_get_parent (model);
    }
  if (!folder)
    folder = g_file_new_for_path (g_get_home_dir ());
  gtk_file_chooser_set_current_folder_file (chooser, folder, NULL);
}

static void
choose (GtkWidget *item, PzSettings *settings, gboolean folders)
{
  static const char *const all[] = { "*" };
  GtkFileChooserNative *chooser =
    folders ? pz_file_choice_new (item, _ ("Folder with a Model"),
                                  GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER)
            : pz_file_choice_new (item, _ ("Model of One File"), GTK_FILE_CHOOSER_ACTION_OPEN);

  if (!folders)
    {
      pz_file_choice_add_kind (chooser, _ ("Models (*.safetensors, *.ckpt)"), patterns,
                               G_N_ELEMENTS (patterns));
      pz_file_choice_add_kind (chooser, _ ("All files"), all, G_N_ELEMENTS (all));
    }
  begin_at (GTK_FILE_CHOOSER (chooser), settings, folders);
  pz_file_choice_show (chooser, settings, take_model);
}

static void
choose_folder (GtkWidget *item, PzSettings *settings)
{
  choose (item, settings, TRUE);
}

static void
choose_file (GtkWidget *item, PzSettings *settings)
{
  choose (item, settings, FALSE);
}

void
pz_model_choose_append (GtkWidget *menu, PzSettings *settings, const char *beside)
{
  pz_model_found_append (menu, settings, beside);
  pz_menu_append_separator (menu, PZ_MENU_MAIN);
  g_signal_connect_object (pz_menu_append (menu, PZ_MENU_MAIN, _ ("Folder with a Model…")),
                           "clicked", G_CALLBACK (choose_folder), settings, 0);
  g_signal_connect_object (pz_menu_append (menu, PZ_MENU_MAIN, _ ("Model of One File…")),
                           "clicked", G_CALLBACK (choose_file), settings, 0);
}
