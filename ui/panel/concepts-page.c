/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page with the saved concepts: uses them on the other pages, and manages their files.
 */
#include "ui/panel/concepts-private.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "models/saved-concepts.h"
#include "ui/widgets/menu.h"

PzLibraryItem *
pz_concepts_get_selected (PzPanel *panel)
{
  return pz_library_list_get_selected (panel->library->list);
}

/* ---- whether Use can start ---- */

static gboolean
is_nothing_selected (PzPanel *panel)
{
  return pz_concepts_get_selected (panel) == NULL;
}

/* Items that cannot be used through the concepts or the prompt. */
static gboolean
is_for_commands (PzPanel *panel)
{
  return pz_concepts_get_selected (panel)->kind == PZ_LIBRARY_ADAPTER
         || pz_concepts_get_selected (panel)->kind == PZ_LIBRARY_ENCODING;
}

char *
pz_concepts_name (const char *path)
{
  g_autofree char *folder = pz_concept_folder (), *parent = g_path_get_dirname (path);

  return g_str_equal (folder, parent) ? g_path_get_basename (path) : g_strdup (path);
}

static gboolean
is_chosen (PzPanel *panel)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (panel->settings);
  g_autofree char *name = pz_concepts_name (pz_concepts_get_selected (panel)->path);

  return pz_concepts_get_selected (panel)->kind == PZ_LIBRARY_CONCEPT
         && g_strv_contains ((const char *const *) concepts, name);
}

static gboolean
is_full (PzPanel *panel)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (panel->settings);

  return pz_concepts_get_selected (panel)->kind == PZ_LIBRARY_CONCEPT
         && g_strv_length (concepts) >= PZ_MAX_CONCEPTS;
}

static const PzHindrance hindrances[] = {
  { pz_panel_is_running, N_ ("A run is in progress.") },
  { is_nothing_selected, N_ ("Nothing is selected.") },
  { is_for_commands,
    N_ ("Only the command line uses this: see “personalize generate --help”.") },
  { is_chosen, N_ ("It is already on the page Generate.") },
  { is_full, N_ ("There are already four concepts on the page Generate.") },
};

static const char *
get_hindrance (PzPanel *panel)
{
  const char *hindrance =
    pz_panel_find_hindrance (panel, hindrances, G_N_ELEMENTS (hindrances));

  return hindrance ? hindrance : pz_concepts_get_selected (panel)->problem;
}

/* ---- using ---- */

/* Replaces the active layer if it is the only concept, which is the default; otherwise adds to the other concepts. */
static void
use_concept (PzPanel *panel, const PzLibraryItem *item)
{
  g_auto (GStrv) before = pz_settings_get_concepts (panel->settings);
  const guint n =
    g_str_equal (before[0], PZ_CONCEPT_LAYER) && !before[1] ? 0 : g_strv_length (before);
  g_autoptr (GPtrArray) concepts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) fidelities = g_array_new (FALSE, FALSE, sizeof (gdouble));
  const gdouble as_all = -1;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++)
    {
      const gdouble fidelity = pz_settings_get_fidelity (panel->settings, i);

      g_ptr_array_add (concepts, g_strdup (before[i]));
      g_array_append_val (fidelities, fidelity);
    }
  g_ptr_array_add (concepts, pz_concepts_name (item->path));
  g_array_append_val (fidelities, as_all);
  g_ptr_array_add (concepts, NULL);
  g_object_set (panel->settings, "concepts", concepts->pdata, "fidelities", fidelities, NULL);
  /* Translators: a concept's name; S, or S1, S2, … stand for it in the prompt. */
  text = n > 0 ? g_strdup_printf (_ ("“%s” is S%u in the prompt."), item->title, n + 1)
               : g_strdup_printf (_ ("“%s” is S in the prompt."), item->title);
  pz_status_line_say (panel->status, text);
}

/* Appends it to the prompt, unless the prompt contains it already. */
static void
write_into_prompt (PzPanel *panel, const PzLibraryItem *item)
{
  g_autofree char *written = item->kind == PZ_LIBRARY_LORA
                               ? g_strdup_printf ("<lora:%s:1>", item->title)
                               : g_strdup (item->title);
  g_autofree char *prompt = NULL, *longer = NULL, *text = NULL;

  g_object_get (panel->settings, "prompt", &prompt, NULL);
  if (!strstr (prompt, written))
    {
      longer = g_strconcat (g_strchomp (prompt), *prompt ? " " : "", written, NULL);
      g_object_set (panel->settings, "prompt", longer, NULL);
    }
  text =
    item->key_words
      /* Translators: what was written into the prompt, and the trigger words that its file gives. */
      ? g_strdup_printf (_ ("“%s” is in the prompt. Its trigger words: %s."), written,
                         item->key_words)
      : g_strdup_printf (_ ("“%s” is in the prompt."), written);
  pz_status_line_say (panel->status, text);
}

static void
act (PzPanel *panel)
{
  g_autoptr (PzLibraryItem) item = pz_library_item_ref (pz_concepts_get_selected (panel));

  if (item->kind == PZ_LIBRARY_CONCEPT)
    use_concept (panel, item);
  else
    write_into_prompt (panel, item);
  gtk_notebook_set_current_page (panel->pages, PZ_PAGE_GENERATE);
  pz_panel_focus (panel);
}

static void
on_use (PzPanel *panel)
{
  pz_panel_act (panel);
}

/* ---- the list ---- */

void
pz_concepts_follow (PzPanel *panel)
{
  PzConceptsRoom *room = panel->library;
  const PzLibraryItem *item = pz_concepts_get_selected (panel);
  const gboolean is_concept = item && item->kind == PZ_LIBRARY_CONCEPT;

  gtk_widget_set_sensitive (room->tools, room->n_changes == 0);
  gtk_widget_set_sensitive (room->renamer, item && item->renames);
  gtk_widget_set_sensitive (room->exporter, is_concept && item->renames);
  gtk_widget_set_sensitive (room->remover, item != NULL);
  gtk_widget_set_tooltip_text (
    room->renamer, item && !item->renames
                     ? _ ("The name is inside the file, or the file cannot be read.")
                     : _ ("Give it another name (F2)"));
  gtk_widget_set_tooltip_text (room->exporter,
                               item && !is_concept
                                 ? _ ("Other programs can already read this file.")
                                 : _ ("Save it as a file that other programs can read"));
  pz_panel_tell (panel);
}

static void
on_library (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GPtrArray) items = pz_library_read_finish (result);
  PzPanel *panel = data;
  PzConceptsRoom *room;

  (void) source;
  /* Cancelled: the panel may be gone. */
  if (!items)
    return;
  room = panel->library;
  g_clear_object (&room->reading);
  pz_library_list_set (room->list, items, room->select);
  g_clear_pointer (&room->select, g_free);
}

static void
stop_reading (PzConceptsRoom *room)
{
  if (room->reading)
    g_cancellable_cancel (room->reading);
  g_clear_object (&room->reading);
}

void
pz_concepts_read (PzPanel *panel)
{
  PzConceptsRoom *room = panel->library;

  stop_reading (room);
  room->reading = g_cancellable_new ();
  pz_library_read_async (panel->model, panel->host->beside, room->reading, on_library, panel);
}

void
pz_panel_read_library (PzPanel *panel)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (panel->library->list)))
    pz_concepts_read (panel);
}

/* ---- the page ---- */

static void
on_name (const char *name, gpointer data)
{
  PzPanel *panel = data;

  gtk_popover_popdown (
    GTK_POPOVER (gtk_menu_button_get_popover (GTK_MENU_BUTTON (panel->library->renamer))));
  pz_concepts_rename (panel, name);
}

static void
on_show_name (PzPanel *panel)
{
  const PzLibraryItem *item = pz_concepts_get_selected (panel);

  if (item)
    gtk_entry_set_text (panel->library->name, item->title);
}

static void
on_list_key (PzPanel *panel, guint key)
{
  if (key == GDK_KEY_Delete)
    pz_concepts_remove (panel);
  else if (gtk_widget_is_sensitive (panel->library->renamer))
    gtk_button_clicked (GTK_BUTTON (panel->library->renamer));
}

static GtkWidget *
add_tool (PzPanel *panel, const char *label, const char *tooltip, void (*pressed) (PzPanel *))
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (pressed), panel);
  gtk_box_pack_start (GTK_BOX (panel->library->tools), button, FALSE, FALSE, 0);
  return button;
}

static void
add_renamer (PzPanel *panel)
{
  PzConceptsRoom *room = panel->library;
  GtkWidget *menu;

  room->renamer = gtk_menu_button_new ();
  gtk_container_add (GTK_CONTAINER (room->renamer), gtk_label_new (_ ("Rename")));
  menu = pz_menu_new (GTK_MENU_BUTTON (room->renamer));
  room->name =
    pz_menu_append_entry (menu, PZ_MENU_MAIN, _ ("New name"), _ ("Rename"), on_name, panel);
  g_signal_connect_swapped (menu, "show", G_CALLBACK (on_show_name), panel);
  gtk_box_pack_start (GTK_BOX (room->tools), room->renamer, FALSE, FALSE, 0);
}

static GtkWidget *
build (PzPanel *panel)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  PzConceptsRoom *room = g_new0 (PzConceptsRoom, 1);
  GtkWidget *import;

  panel->library = room;
  room->list = PZ_LIBRARY_LIST (pz_library_list_new ());
  room->tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  add_renamer (panel);
  room->exporter = add_tool (panel, _ ("Export…"), NULL, pz_concepts_export);
  room->remover =
    add_tool (panel, _ ("Delete"), _ ("Move it to the trash (Delete)"), pz_concepts_remove);
  import = gtk_button_new_with_label (_ ("Add File…"));
  gtk_widget_set_tooltip_text (
    import, _ ("Copy the file of a concept, a LoRA or a learned word to your folder"));
  g_signal_connect_swapped (import, "clicked", G_CALLBACK (pz_concepts_choose_import), panel);
  pz_library_list_add_button (room->list, import);
  gtk_box_pack_start (GTK_BOX (page), GTK_WIDGET (room->list), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (page), room->tools, FALSE, FALSE, 0);
  g_signal_connect_swapped (room->list, "selected", G_CALLBACK (pz_concepts_follow), panel);
  g_signal_connect_swapped (room->list, "use", G_CALLBACK (on_use), panel);
  g_signal_connect_swapped (room->list, "key", G_CALLBACK (on_list_key), panel);
  g_signal_connect_swapped (room->list, "undo", G_CALLBACK (pz_panel_undo_remove), panel);
  g_signal_connect_swapped (room->list, "dropped", G_CALLBACK (pz_concepts_import), panel);
  g_signal_connect_swapped (room->list, "map", G_CALLBACK (pz_concepts_read), panel);
  gtk_widget_show_all (page);
  return page;
}

void
pz_panel_free_library (PzPanel *panel)
{
  PzConceptsRoom *room = g_steal_pointer (&panel->library);

  if (!room)
    return;
  stop_reading (room);
  g_clear_pointer (&room->removed, pz_removed_file_free);
  g_free (room->removed_title);
  g_clear_pointer (&room->exported, pz_library_item_unref);
  g_free (room->select);
  g_free (room);
}

static void
focus (PzPanel *panel)
{
  pz_library_list_focus (panel->library->list);
}

const PzPage pz_concepts_page = {
  .title = N_ ("Concepts"),
  .action = N_ ("_Use"),
  .tooltip = N_ ("Make pictures of it on the page Generate (Ctrl+Enter)"),
  .build = build,
  .focus = focus,
  .get_hindrance = get_hindrance,
  .act = act,
};
