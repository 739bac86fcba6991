/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/concept-menu.h"

#include <glib/gi18n.h>

#include "ui/concepts/library.h"
#include "ui/widgets/menu.h"

/* MOST_ITEMS fit on most screens; up to FEW_ITEMS there is no search entry. */
#define MOST_ITEMS 20
#define FEW_ITEMS 10

/* The state of one menu, freed with its popover. */
typedef struct
{
  GtkEntry *search; /* (unowned) */
  GtkWidget *box; /* contains the items (unowned) */
  /* For the layer and saved concepts; the first n_items are in use (unowned). Items are hidden and reused, because creating
   * and destroying them during typing would confuse screen readers. */
  GtkWidget *items[1 + MOST_ITEMS];
  guint n_items;
  GtkLabel *more; /* (unowned) */
  PzSettings *settings;
  PzModelInfo *model; /* that the concepts must fit; NULL = none is open */
  char *beside;
  GPtrArray *found; /* PzLibraryItem, from the last reading; concepts first */
  GCancellable *reading; /* NULL = not reading */
  PzConceptMenuFunc add;
  gpointer data;
} Menu;

static void
menu_free (gpointer data)
{
  Menu *menu = data;

  if (menu->reading)
    g_cancellable_cancel (menu->reading);
  g_clear_object (&menu->reading);
  g_object_unref (menu->settings);
  g_clear_pointer (&menu->model, pz_model_info_free);
  g_free (menu->beside);
  g_ptr_array_unref (menu->found);
  g_free (menu);
}

/* ---- items ---- */

static void
on_clicked (GtkWidget *item, Menu *menu)
{
  menu->add (menu->data, g_object_get_data (G_OBJECT (item), "concept"));
}

/* Creates the item at its first use. (transfer none) */
static GtkWidget *
item_for (Menu *menu, const char *label)
{
  GtkWidget **item = &menu->items[menu->n_items++];

  if (*item)
    {
      pz_menu_item_set_label (*item, label);
      return *item;
    }
  *item = pz_menu_item_new (label);
  g_signal_connect (*item, "clicked", G_CALLBACK (on_clicked), menu);
  gtk_container_add (GTK_CONTAINER (menu->box), *item);
  return *item;
}

static void
offer (Menu *menu, const char *label, const char *concept, const char *problem)
{
  GtkWidget *item = item_for (menu, label);

  g_object_set_data_full (G_OBJECT (item), "concept", g_strdup (concept), g_free);
  gtk_widget_set_sensitive (item, !problem);
  gtk_widget_set_tooltip_text (item, problem);
  gtk_widget_show (item);
}

/* Matches prefixes of words, ignoring case. */
static gboolean
is_sought (const char *title, const char *sought)
{
  return !*sought || g_str_match_string (sought, title, TRUE);
}

/* n: number of matching concepts that are not shown. */
static void
say_more (Menu *menu, guint n)
{
  g_autofree char *text =
    g_strdup_printf (ngettext ("%u more: type its name above", "%u more: type a name above", n),
                     n);

  gtk_label_set_text (menu->more, text);
  gtk_widget_set_visible (GTK_WIDGET (menu->more), n > 0);
}

/* Leaves out concepts that are already in the settings. */
static void
fill (Menu *menu)
{
  g_auto (GStrv) taken = pz_settings_get_concepts (menu->settings);
  const char *sought = gtk_entry_get_text (menu->search);
  guint n = 0;

  menu->n_items = 0;
  if (!g_strv_contains ((const char *const *) taken, PZ_CONCEPT_LAYER)
      && is_sought (_ ("Active layer"), sought))
    offer (menu, _ ("Active layer"), PZ_CONCEPT_LAYER, NULL);
  for (guint i = 0; i < menu->found->len; i++)
    {
      const PzLibraryItem *concept = menu->found->pdata[i];
      g_autofree char *name = g_path_get_basename (concept->path);

      if (concept->kind != PZ_LIBRARY_CONCEPT
          || g_strv_contains ((const char *const *) taken, name)
          || !is_sought (concept->title, sought))
        continue;
      if (n < MOST_ITEMS)
        offer (menu, concept->title, name, concept->problem);
      n++;
    }
  for (guint i = menu->n_items; i < G_N_ELEMENTS (menu->items) && menu->items[i]; i++)
    gtk_widget_hide (menu->items[i]);
  say_more (menu, n > MOST_ITEMS ? n - MOST_ITEMS : 0);
}

static void
on_search (Menu *menu)
{
  fill (menu);
}

/* Enter adds the first concept that can be added. */
static void
on_entered (Menu *menu)
{
  for (guint i = 0; i < menu->n_items; i++)
    if (gtk_widget_get_sensitive (menu->items[i]))
      {
        gtk_button_clicked (GTK_BUTTON (menu->items[i]));
        return;
      }
}

/* ---- reading ---- */

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  GPtrArray *found = pz_library_read_finish (result);
  Menu *menu = data;

  (void) source;
  /* Cancelled: the menu is gone. */
  if (!found)
    return;
  g_clear_object (&menu->reading);
  g_ptr_array_unref (menu->found);
  menu->found = found;
  gtk_widget_set_visible (GTK_WIDGET (menu->search), found->len > FEW_ITEMS);
  /* It was hidden when the menu set the focus. */
  if (gtk_widget_get_mapped (GTK_WIDGET (menu->search)))
    gtk_widget_grab_focus (GTK_WIDGET (menu->search));
  fill (menu);
}

/* Shows the result of the previous reading until the new one is available. */
static void
on_show (Menu *menu)
{
  gtk_entry_set_text (menu->search, "");
  fill (menu);
  if (menu->reading)
    return;
  menu->reading = g_cancellable_new ();
  pz_library_read_async (menu->model, menu->beside, menu->reading, on_found, menu);
}

void
pz_concept_menu_set_model (GtkWidget *popover, const PzModelInfo *model, const char *beside)
{
  Menu *menu = g_object_get_data (G_OBJECT (popover), "concept-menu");

  g_clear_pointer (&menu->model, pz_model_info_free);
  menu->model = model ? pz_model_info_copy (model) : NULL;
  g_set_str (&menu->beside, beside);
}

void
pz_concept_menu_append (GtkWidget *popover,
                        PzSettings *settings,
                        PzConceptMenuFunc add,
                        gpointer data)
{
  Menu *menu = g_new0 (Menu, 1);
  GtkWidget *search = gtk_search_entry_new (), *more = gtk_label_new (NULL);

  menu->search = GTK_ENTRY (search);
  menu->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  menu->more = GTK_LABEL (more);
  menu->settings = g_object_ref (settings);
  menu->found = g_ptr_array_new ();
  menu->add = add;
  menu->data = data;
  g_object_set_data_full (G_OBJECT (popover), "concept-menu", menu, menu_free);
  atk_object_set_name (gtk_widget_get_accessible (search), _ ("Search concepts"));
  gtk_label_set_xalign (menu->more, 0);
  g_object_set (more, "margin", 6, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (more), GTK_STYLE_CLASS_DIM_LABEL);
  pz_menu_append_widget (popover, PZ_MENU_MAIN, search);
  pz_menu_append_widget (popover, PZ_MENU_MAIN, menu->box);
  pz_menu_append_widget (popover, PZ_MENU_MAIN, more);
  gtk_widget_hide (search);
  gtk_widget_hide (more);
  gtk_widget_set_no_show_all (search, TRUE);
  gtk_widget_set_no_show_all (more, TRUE);
  g_signal_connect_swapped (search, "changed", G_CALLBACK (on_search), menu);
  g_signal_connect_swapped (search, "activate", G_CALLBACK (on_entered), menu);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (on_show), menu);
}
