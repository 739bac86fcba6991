/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Menus as popovers: unlike a GtkMenu they open without a grab, so also when a screen reader opens them. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PZ_MENU_MAIN "main" /* the page that is seen first */

/* A menu for a menu button; the button takes it. Every page but the first has an item back to it. */
GtkWidget *pz_menu_new (GtkMenuButton *button);
/* The same, to be popped up at any widget. (transfer floating) */
GtkWidget *pz_menu_new_at (GtkWidget *widget);
/* An item that closes the menu when it is activated ("clicked"). The label is cut where it is very long. (transfer floating) */
GtkWidget *pz_menu_item_new (const char *label);
void pz_menu_item_set_label (GtkWidget *item, const char *label);
/* The same, at the end of a page. (transfer none) */
GtkWidget *pz_menu_append (GtkWidget *menu, const char *page, const char *label);
/* Another page, with a way back that has that label, and an item of the first page that leads there. */
void pz_menu_add_page (GtkWidget *menu, const char *name, const char *label);
GtkWidget *pz_menu_append_link (GtkWidget *menu, const char *page, const char *label);
void pz_menu_append_separator (GtkWidget *menu, const char *page);
/* Something else than an item, at the end of a page. */
void pz_menu_append_widget (GtkWidget *menu, const char *page, GtkWidget *widget);
/* An entry with a button: Enter or the button hand the text, without blanks around it, to `done`, unless it is empty. It gets the focus
 * when its page is seen. name: for people who do not see it. (transfer none) */
typedef void (*PzMenuTextFunc) (const char *text, gpointer data);
GtkEntry *pz_menu_append_entry (GtkWidget *menu,
                                const char *page,
                                const char *name,
                                const char *button,
                                PzMenuTextFunc done,
                                gpointer data);
/* Removes a page's items; the way back stays. */
void pz_menu_clear (GtkWidget *menu, const char *page);

G_END_DECLS
