/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt/prompt-menu.h"

#include <glib/gi18n.h>

#include "ui/widgets/menu.h"
#include "ui/prompt/prompt-history.h"

#define RECENT "recent"

struct _PzPromptMenu
{
  GtkMenuButton parent;

  GtkWidget *popover;
  GtkWidget *recent; /* opens a page that is filled when the menu opens */
  GtkWidget *actions[PZ_PROMPT_N_ACTIONS];
};

G_DEFINE_FINAL_TYPE (PzPromptMenu, pz_prompt_menu, GTK_TYPE_MENU_BUTTON)

enum
{
  SIGNAL_CHOSEN,
  SIGNAL_ACTION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Not translated, because text encoders expect English. */
static const char *const examples[] = {
  "a photo of an S on a beach", "an S in the snow",      "an S on a red background",
  "an S in a forest at night",  "an S as a watercolour", "a close-up of an S in a room",
};

static const char *const action_labels[PZ_PROMPT_N_ACTIONS] = {
  [PZ_PROMPT_REUSE] = N_ ("Reuse Settings of the Active Layer"),
  [PZ_PROMPT_FORGET_RECENT] = N_ ("Forget Recent Prompts"),
  [PZ_PROMPT_FORGET_IMAGE] = N_ ("Forget Prompts in This Image"),
};

static void
on_prompt (GtkButton *item, PzPromptMenu *menu)
{
  g_signal_emit (menu, signals[SIGNAL_CHOSEN], 0,
                 g_object_get_data (G_OBJECT (item), "prompt"));
}

static void
on_action (GtkButton *item, PzPromptMenu *menu)
{
  g_signal_emit (menu, signals[SIGNAL_ACTION], 0,
                 GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "action")));
}

static void
append_prompt (PzPromptMenu *menu, const char *page, const char *prompt)
{
  GtkWidget *item = pz_menu_append (menu->popover, page, prompt);

  g_object_set_data_full (G_OBJECT (item), "prompt", g_strdup (prompt), g_free);
  g_signal_connect (item, "clicked", G_CALLBACK (on_prompt), menu);
}

/* Called each time the menu opens, because another dialog may have added prompts. */
static void
fill_recent (PzPromptMenu *menu)
{
  g_auto (GStrv) prompts = pz_prompt_history_list ();

  pz_menu_clear (menu->popover, RECENT);
  for (guint i = 0; prompts[i]; i++)
    append_prompt (menu, RECENT, prompts[i]);
  gtk_widget_set_sensitive (menu->recent, prompts[0] != NULL);
  gtk_widget_set_sensitive (menu->actions[PZ_PROMPT_FORGET_RECENT], prompts[0] != NULL);
}

static void
pz_prompt_menu_class_init (PzPromptMenuClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_ACTION] = g_signal_new ("action", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
build_menu (PzPromptMenu *menu)
{
  menu->popover = pz_menu_new (GTK_MENU_BUTTON (menu));
  pz_menu_add_page (menu->popover, RECENT, _ ("Recent Prompts"));
  menu->recent = pz_menu_append_link (menu->popover, RECENT, _ ("Recent Prompts"));
  pz_menu_append_separator (menu->popover, PZ_MENU_MAIN);
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    append_prompt (menu, PZ_MENU_MAIN, examples[i]);
  pz_menu_append_separator (menu->popover, PZ_MENU_MAIN);
  for (guint action = 0; action < PZ_PROMPT_N_ACTIONS; action++)
    {
      GtkWidget *item = pz_menu_append (menu->popover, PZ_MENU_MAIN, _ (action_labels[action]));

      g_object_set_data (G_OBJECT (item), "action", GUINT_TO_POINTER (action));
      g_signal_connect (item, "clicked", G_CALLBACK (on_action), menu);
      menu->actions[action] = item;
    }
  g_signal_connect_swapped (menu->popover, "show", G_CALLBACK (fill_recent), menu);
}

static void
pz_prompt_menu_init (PzPromptMenu *menu)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("E_xamples"));
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (row),
                     gtk_image_new_from_icon_name ("pan-down-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (menu), row);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (menu));
  build_menu (menu);
  gtk_widget_set_tooltip_text (GTK_WIDGET (menu),
                               _ ("Examples, recent prompts, and the settings of a result"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (menu)), _ ("Examples"));
}

GtkWidget *
pz_prompt_menu_new (void)
{
  return g_object_new (PZ_TYPE_PROMPT_MENU, NULL);
}

void
pz_prompt_menu_set_possible (PzPromptMenu *menu, PzPromptAction action, gboolean possible)
{
  gtk_widget_set_visible (menu->actions[action], possible);
}
