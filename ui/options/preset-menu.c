/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/options/preset-menu.h"

#include <glib/gi18n.h>

#include "ui/widgets/menu.h"
#include "ui/store/presets.h"

#define SAVE "save"
#define DELETE "delete"

struct _PzPresetMenu
{
  GtkMenuButton parent;

  PzSettings *settings;
  GtkWidget *popover;
  GtkEntry *name;
};

G_DEFINE_FINAL_TYPE (PzPresetMenu, pz_preset_menu, GTK_TYPE_MENU_BUTTON)

enum
{
  SIGNAL_SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_apply (GtkButton *item, PzPresetMenu *menu)
{
  pz_presets_apply (g_object_get_data (G_OBJECT (item), "preset"), menu->settings);
}

static void
on_delete (GtkButton *item, PzPresetMenu *menu)
{
  (void) menu;
  pz_presets_delete (g_object_get_data (G_OBJECT (item), "preset"));
}

static void
on_save (const char *name, gpointer data)
{
  PzPresetMenu *menu = data;
  const gboolean saved = pz_presets_save (name, menu->settings);

  g_signal_emit (menu, signals[SIGNAL_SAVED], 0, name, saved);
  if (!saved)
    return;
  gtk_entry_set_text (menu->name, "");
  gtk_popover_popdown (GTK_POPOVER (menu->popover));
}

static void
append_names (PzPresetMenu *menu, const char *page, char **names, GCallback callback)
{
  for (guint i = 0; names[i]; i++)
    {
      GtkWidget *item = pz_menu_append (menu->popover, page, names[i]);

      g_object_set_data_full (G_OBJECT (item), "preset", g_strdup (names[i]), g_free);
      g_signal_connect (item, "clicked", callback, menu);
    }
}

/* Called each time the menu opens, because another dialog may have changed the presets. */
static void
fill (PzPresetMenu *menu)
{
  g_auto (GStrv) names = pz_presets_list ();
  GtkWidget *remove;

  pz_menu_clear (menu->popover, PZ_MENU_MAIN);
  pz_menu_clear (menu->popover, DELETE);
  append_names (menu, PZ_MENU_MAIN, names, G_CALLBACK (on_apply));
  if (names[0])
    pz_menu_append_separator (menu->popover, PZ_MENU_MAIN);
  pz_menu_append_link (menu->popover, SAVE, _ ("Save These Settings"));
  remove = pz_menu_append_link (menu->popover, DELETE, _ ("Delete a Preset"));
  gtk_widget_set_sensitive (remove, names[0] != NULL);
  append_names (menu, DELETE, names, G_CALLBACK (on_delete));
}

static void
pz_preset_menu_dispose (GObject *object)
{
  g_clear_object (&PZ_PRESET_MENU (object)->settings);
  G_OBJECT_CLASS (pz_preset_menu_parent_class)->dispose (object);
}

static void
pz_preset_menu_class_init (PzPresetMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_preset_menu_dispose;
  signals[SIGNAL_SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
pz_preset_menu_init (PzPresetMenu *menu)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_container_add (GTK_CONTAINER (row), gtk_label_new (_ ("Presets")));
  gtk_container_add (GTK_CONTAINER (row),
                     gtk_image_new_from_icon_name ("pan-down-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (menu), row);
  menu->popover = pz_menu_new (GTK_MENU_BUTTON (menu));
  pz_menu_add_page (menu->popover, SAVE, _ ("Save These Settings"));
  pz_menu_add_page (menu->popover, DELETE, _ ("Delete a Preset"));
  menu->name = pz_menu_append_entry (menu->popover, SAVE, _ ("Name of the preset"), _ ("Save"),
                                     on_save, menu);
  g_signal_connect_swapped (menu->popover, "show", G_CALLBACK (fill), menu);
  gtk_widget_set_tooltip_text (
    GTK_WIDGET (menu),
    _ ("Saved settings, without the prompt, the seed, the model and the concepts"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (menu)), _ ("Presets"));
}

GtkWidget *
pz_preset_menu_new (PzSettings *settings)
{
  PzPresetMenu *menu = g_object_new (PZ_TYPE_PRESET_MENU, NULL);

  menu->settings = g_object_ref (settings);
  return GTK_WIDGET (menu);
}
