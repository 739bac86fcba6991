/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Menus as popovers: unlike a GtkMenu they open without a grab, so they also work when a screen reader opens them.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PZ_MENU_MAIN "main" /* the page that is shown first */

/* A menu for a menu button, which takes it. Every page except the first has an item that leads back to the first. */
GtkWidget *pz_menu_new (GtkMenuButton *button);
/* The same, to be popped up at any widget. (transfer floating) */
GtkWidget *pz_menu_new_at (GtkWidget *widget);
/* An item that closes the menu when it is activated ("clicked"). A very long label is shortened. (transfer floating) */
GtkWidget *pz_menu_item_new (const char *label);
void pz_menu_item_set_label (GtkWidget *item, const char *label);
/* Appends such an item to a page. (transfer none) */
GtkWidget *pz_menu_append (GtkWidget *menu, const char *page, const char *label);
/* Adds a page whose back item has that label; pz_menu_append_link () appends an item to the first page that opens it. */
void pz_menu_add_page (GtkWidget *menu, const char *name, const char *label);
GtkWidget *pz_menu_append_link (GtkWidget *menu, const char *page, const char *label);
void pz_menu_append_separator (GtkWidget *menu, const char *page);
/* Appends a widget that is not an item to a page. */
void pz_menu_append_widget (GtkWidget *menu, const char *page, GtkWidget *widget);
/* Appends an entry with a button: Enter or the button passes the text, without surrounding blanks, to `done`, unless it
 * is empty. The entry gets the focus when its page is shown. name: accessible name and placeholder. (transfer none) */
typedef void (*PzMenuTextFunc) (const char *text, gpointer data);
GtkEntry *pz_menu_append_entry (GtkWidget *menu,
                                const char *page,
                                const char *name,
                                const char *button,
                                PzMenuTextFunc done,
                                gpointer data);
/* Removes the items of a page, except the back item. */
void pz_menu_clear (GtkWidget *menu, const char *page);

G_END_DECLS
