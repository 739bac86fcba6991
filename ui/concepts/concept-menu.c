/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/concept-menu.h"

#include <glib/gi18n.h>

#include "models/saved-concepts.h"
#include "ui/widgets/form.h"
#include "ui/widgets/menu.h"

/* As many fit most screens; with few nobody wants to search. */
#define MOST_ITEMS 20
#define FEW_ITEMS 10

/* Of one menu; goes with its box. */
typedef struct
{
  GtkEntry *search; /* (unowned) */
  GtkWidget *box; /* of the items (unowned) */
  GtkLabel *more; /* (unowned) */
  PzSettings *settings;
  GPtrArray *saved; /* PzSavedConcept, as of the last reading */
  GCancellable *reading; /* NULL = nothing is read now */
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
  g_ptr_array_unref (menu->saved);
  g_free (menu);
}

/* ---- items ---- */

static void
on_clicked (GtkWidget *item, Menu *menu)
{
  menu->add (menu->data, g_object_get_data (G_OBJECT (item), "concept"));
}

static void
append (Menu *menu, const char *label, const char *concept, const char *problem)
{
  GtkWidget *item = pz_menu_item_new (label);

  g_object_set_data_full (G_OBJECT (item), "concept", g_strdup (concept), g_free);
  gtk_widget_set_sensitive (item, !problem);
  gtk_widget_set_tooltip_text (item, problem);
  g_signal_connect (item, "clicked", G_CALLBACK (on_clicked), menu);
  gtk_container_add (GTK_CONTAINER (menu->box), item);
}

/* Beginnings of words, in upper or lower case. */
static gboolean
is_sought (const char *title, const char *sought)
{
  return !*sought || g_str_match_string (sought, title, TRUE);
}

/* Those beyond what is shown. */
static void
say_more (Menu *menu, guint n)
{
  g_autofree char *text =
    g_strdup_printf (ngettext ("%u more: type its name above", "%u more: type a name above", n),
                     n);

  gtk_label_set_text (menu->more, text);
  gtk_widget_set_visible (GTK_WIDGET (menu->more), n > 0);
}

/* None that is taken. */
static void
fill (Menu *menu)
{
  g_auto (GStrv) taken = pz_settings_get_concepts (menu->settings);
  const char *sought = gtk_entry_get_text (menu->search);
  guint n = 0;

  pz_form_empty (GTK_CONTAINER (menu->box));
  if (!g_strv_contains ((const char *const *) taken, PZ_CONCEPT_LAYER)
      && is_sought (_ ("Active layer"), sought))
    append (menu, _ ("Active layer"), PZ_CONCEPT_LAYER, NULL);
  for (guint i = 0; i < menu->saved->len; i++)
    {
      const PzSavedConcept *concept = menu->saved->pdata[i];
      g_autofree char *name = g_path_get_basename (concept->path);

      if (g_strv_contains ((const char *const *) taken, name)
          || !is_sought (concept->title, sought))
        continue;
      if (n < MOST_ITEMS)
        append (menu, concept->title, name, concept->problem);
      n++;
    }
  say_more (menu, n > MOST_ITEMS ? n - MOST_ITEMS : 0);
}

static void
on_search (Menu *menu)
{
  fill (menu);
}

/* Enter takes the first one. */
static void
on_entered (Menu *menu)
{
  g_autoptr (GList) items = gtk_container_get_children (GTK_CONTAINER (menu->box));

  for (GList *item = items; item; item = item->next)
    if (gtk_widget_is_sensitive (item->data))
      {
        gtk_button_clicked (item->data);
        return;
      }
}

/* ---- what is there now ---- */

static void
read_saved (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  (void) source;
  (void) data;
  (void) cancellable;
  g_task_return_pointer (task, pz_saved_concepts_find (), (GDestroyNotify) g_ptr_array_unref);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  GPtrArray *saved = g_task_propagate_pointer (G_TASK (result), NULL);
  Menu *menu = data;

  (void) source;
  /* Cancelled: the menu is gone. */
  if (!saved)
    return;
  g_clear_object (&menu->reading);
  g_ptr_array_unref (menu->saved);
  menu->saved = saved;
  gtk_widget_set_visible (GTK_WIDGET (menu->search), saved->len > FEW_ITEMS);
  fill (menu);
  /* It was not there when the menu gave the focus away. */
  if (gtk_widget_get_mapped (GTK_WIDGET (menu->search)))
    gtk_widget_grab_focus (GTK_WIDGET (menu->search));
}

/* What was there before is shown meanwhile. */
static void
on_show (Menu *menu)
{
  g_autoptr (GTask) task = NULL;

  gtk_entry_set_text (menu->search, "");
  fill (menu);
  if (menu->reading)
    return;
  menu->reading = g_cancellable_new ();
  task = g_task_new (NULL, menu->reading, on_saved, menu);
  g_task_run_in_thread (task, read_saved);
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
  menu->saved = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_saved_concept_free);
  menu->add = add;
  menu->data = data;
  g_object_set_data_full (G_OBJECT (menu->box), "menu", menu, menu_free);
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
