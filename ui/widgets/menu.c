/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/menu.h"

#include "ui/window-fit.h"

#define LABEL_CHARS 60
#define PAGE "page" /* data key of the scrolled window: its page */

static GtkWidget *
find_page (GtkWidget *menu, const char *name)
{
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (menu));

  for (GList *page = pages; page; page = page->next)
    if (g_strcmp0 (gtk_widget_get_name (page->data), name) == 0)
      return g_object_get_data (page->data, PAGE);
  g_assert_not_reached ();
}

/* A long page scrolls. */
static void
add_page (GtkWidget *menu, const char *name)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = pz_window_scroll_in_popover (menu, page);

  g_object_set (page, "margin", 6, NULL);
  gtk_widget_set_name (scrolled, name);
  g_object_set_data (G_OBJECT (scrolled), PAGE, page);
  gtk_container_add (GTK_CONTAINER (menu), scrolled);
  gtk_container_child_set (GTK_CONTAINER (menu), scrolled, "submenu", name, NULL);
}

GtkWidget *
pz_menu_new_at (GtkWidget *widget)
{
  GtkWidget *menu = gtk_popover_menu_new ();

  gtk_popover_set_relative_to (GTK_POPOVER (menu), widget);
  add_page (menu, PZ_MENU_MAIN);
  return menu;
}

GtkWidget *
pz_menu_new (GtkMenuButton *button)
{
  GtkWidget *menu = pz_menu_new_at (GTK_WIDGET (button));

  gtk_menu_button_set_popover (button, menu);
  return menu;
}

/* One line of at most LABEL_CHARS characters. (transfer full) */
static char *
shorten (const char *label)
{
  g_autofree char *line = g_strdelimit (g_strdup (label), "\n\t", ' ');
  g_autofree char *head = NULL;

  if (g_utf8_strlen (line, -1) <= LABEL_CHARS)
    return g_steal_pointer (&line);
  head = g_utf8_substring (line, 0, LABEL_CHARS - 1);
  return g_strconcat (head, "…", NULL);
}

void
pz_menu_item_set_label (GtkWidget *item, const char *label)
{
  g_autofree char *text = shorten (label);

  g_object_set (item, "text", text, NULL);
  atk_object_set_name (gtk_widget_get_accessible (item), text);
}

GtkWidget *
pz_menu_item_new (const char *label)
{
  GtkWidget *item = g_object_new (GTK_TYPE_MODEL_BUTTON, "visible", TRUE, NULL);

  pz_menu_item_set_label (item, label);
  return item;
}

GtkWidget *
pz_menu_append (GtkWidget *menu, const char *page, const char *label)
{
  GtkWidget *item = pz_menu_item_new (label);

  gtk_container_add (GTK_CONTAINER (find_page (menu, page)), item);
  return item;
}

void
pz_menu_add_page (GtkWidget *menu, const char *name, const char *label)
{
  GtkWidget *back;

  add_page (menu, name);
  back = pz_menu_append (menu, name, label);
  g_object_set (back, "menu-name", PZ_MENU_MAIN, "inverted", TRUE, "centered", TRUE, NULL);
}

GtkWidget *
pz_menu_append_link (GtkWidget *menu, const char *page, const char *label)
{
  GtkWidget *item = pz_menu_append (menu, PZ_MENU_MAIN, label);

  g_object_set (item, "menu-name", page, NULL);
  return item;
}

void
pz_menu_append_separator (GtkWidget *menu, const char *page)
{
  pz_menu_append_widget (menu, page, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
}

void
pz_menu_append_widget (GtkWidget *menu, const char *page, GtkWidget *widget)
{
  gtk_container_add (GTK_CONTAINER (find_page (menu, page)), widget);
  gtk_widget_show_all (widget);
}

/* ---- entries ---- */

typedef struct
{
  PzMenuTextFunc done;
  gpointer data;
} Asked;

static void
on_entered (GtkEntry *entry)
{
  const Asked *asked = g_object_get_data (G_OBJECT (entry), "asked");
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (entry)));

  if (*text)
    asked->done (text, asked->data);
}

static gboolean
focus_entry (gpointer data)
{
  if (gtk_widget_get_mapped (data))
    gtk_widget_grab_focus (data);
  return G_SOURCE_REMOVE;
}

/* When idle, because the menu moves the focus after it is mapped. */
static void
on_map_entry (GtkWidget *entry)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_entry, g_object_ref (entry), g_object_unref);
}

GtkEntry *
pz_menu_append_entry (GtkWidget *menu,
                      const char *page,
                      const char *name,
                      const char *button,
                      PzMenuTextFunc done,
                      gpointer data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = gtk_entry_new (), *press = gtk_button_new_with_label (button);
  Asked *asked = g_new (Asked, 1);

  *asked = (Asked) { done, data };
  g_object_set_data_full (G_OBJECT (entry), "asked", asked, g_free);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), name);
  atk_object_set_name (gtk_widget_get_accessible (entry), name);
  gtk_widget_set_margin_top (row, 6);
  g_signal_connect (entry, "map", G_CALLBACK (on_map_entry), NULL);
  g_signal_connect (entry, "activate", G_CALLBACK (on_entered), NULL);
  g_signal_connect_swapped (press, "clicked", G_CALLBACK (on_entered), entry);
  gtk_box_pack_start (GTK_BOX (row), entry, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), press, FALSE, FALSE, 0);
  pz_menu_append_widget (menu, page, row);
  return GTK_ENTRY (entry);
}

void
pz_menu_clear (GtkWidget *menu, const char *page)
{
  GtkWidget *box = find_page (menu, page);
  g_autoptr (GList) items = gtk_container_get_children (GTK_CONTAINER (box));
  GList *first = items && !g_str_equal (page, PZ_MENU_MAIN) ? items->next : items;

  for (GList *item = first; item; item = item->next)
    gtk_widget_destroy (item->data);
}
