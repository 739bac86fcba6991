/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/library-list.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/concepts/library-row.h"
#include "ui/widgets/file-choice.h"
#include "ui/widgets/form.h"

#define FILL_US 8000 /* time for adding rows before the main loop continues */
/* Pages of the stack. */
#define ROWS "rows"
#define NOTHING "nothing"
#define LEAST_HEIGHT 120 /* two rows */

struct _PzLibraryList
{
  GtkBox parent;

  GtkBox *top; /* the search entry, and buttons next to it */
  GtkEntry *search;
  GtkListBox *box;
  GtkStack *stack; /* the rows, or a text instead of them */
  GtkLabel *nothing;
  GPtrArray *items; /* PzLibraryItem */
  guint n_filled; /* number of items that have a row */
  guint fill_id;
  char *select; /* path to select when its row is added; NULL = none */
  gboolean refocus; /* also focus that row: the focus was in the list */
};

G_DEFINE_FINAL_TYPE (PzLibraryList, pz_library_list, GTK_TYPE_BOX)

enum
{
  SIGNAL_SELECTED,
  SIGNAL_USE,
  SIGNAL_KEY,
  SIGNAL_UNDO,
  SIGNAL_DROPPED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

PzLibraryItem *
pz_library_list_get_selected (PzLibraryList *list)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list->box);

  return row ? pz_library_row_get_item (PZ_LIBRARY_ROW (row)) : NULL;
}

/* ---- rows ---- */

/* Shows the rows, or why there are none. GtkListBox's own placeholder is hidden from screen readers. */
static void
show_rows (PzLibraryList *list)
{
  const char *sought = gtk_entry_get_text (list->search);
  gboolean any = FALSE;

  for (guint i = 0; i < list->items->len && !any; i++)
    any = pz_library_item_matches (list->items->pdata[i], sought);
  gtk_label_set_text (
    list->nothing,
    *sought
      ? _ ("Nothing matches.")
      : _ ("Nothing is saved yet.\nTeach a thing on the page Learn, or drop the file of a "
           "concept, a LoRA or a learned word here."));
  gtk_stack_set_visible_child_name (list->stack, any ? ROWS : NOTHING);
}

static void
add_row (PzLibraryList *list, PzLibraryItem *item)
{
  GtkWidget *row = pz_library_row_new (item);

  gtk_list_box_insert (list->box, row, -1);
  if (g_strcmp0 (item->path, list->select) != 0)
    return;
  g_clear_pointer (&list->select, g_free);
  /* Buttons must not act on a row that the search hides. */
  if (!pz_library_item_matches (item, gtk_entry_get_text (list->search)))
    return;
  gtk_list_box_select_row (list->box, GTK_LIST_BOX_ROW (row));
  if (list->refocus)
    gtk_widget_grab_focus (row);
  list->refocus = FALSE;
}

static gboolean
fill (gpointer data)
{
  PzLibraryList *list = data;
  const gint64 start = g_get_monotonic_time ();

  while (list->n_filled < list->items->len)
    {
      add_row (list, list->items->pdata[list->n_filled++]);
      if (list->n_filled < list->items->len && g_get_monotonic_time () > start + FILL_US)
        return G_SOURCE_CONTINUE;
    }
  list->fill_id = 0;
  if (list->refocus)
    pz_library_list_focus (list);
  list->refocus = FALSE;
  return G_SOURCE_REMOVE;
}

/* Whether the focus is on a row; selects: or anywhere in the list. */
static gboolean
is_worked_in (PzLibraryList *list, gboolean selects)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (list));
  GtkWidget *focus = GTK_IS_WINDOW (window) ? gtk_window_get_focus (GTK_WINDOW (window)) : NULL;

  return focus
         && gtk_widget_is_ancestor (focus,
                                    selects ? GTK_WIDGET (list) : GTK_WIDGET (list->box));
}

void
pz_library_list_set (PzLibraryList *list, GPtrArray *items, const char *select)
{
  const PzLibraryItem *before = pz_library_list_get_selected (list);
  g_autofree char *path = g_strdup (select ? select : before ? before->path : NULL);

  g_clear_handle_id (&list->fill_id, g_source_remove);
  g_set_str (&list->select, path);
  list->refocus = is_worked_in (list, select != NULL);
  pz_form_empty (GTK_CONTAINER (list->box));
  g_clear_pointer (&list->items, g_ptr_array_unref);
  list->items = g_ptr_array_ref (items);
  list->n_filled = 0;
  show_rows (list);
  if (fill (list) == G_SOURCE_CONTINUE)
    list->fill_id = g_idle_add (fill, list);
  g_signal_emit (list, signals[SIGNAL_SELECTED], 0);
}

static gboolean
is_sought (GtkListBoxRow *row, gpointer data)
{
  PzLibraryList *list = data;

  return pz_library_item_matches (pz_library_row_get_item (PZ_LIBRARY_ROW (row)),
                                  gtk_entry_get_text (list->search));
}

/* Unselects a row that the filter hides: buttons must not act on an invisible row. */
static void
on_search (PzLibraryList *list)
{
  GtkListBoxRow *row;

  gtk_list_box_invalidate_filter (list->box);
  show_rows (list);
  row = gtk_list_box_get_selected_row (list->box);
  if (row && !gtk_widget_get_child_visible (GTK_WIDGET (row)))
    gtk_list_box_unselect_all (list->box);
}

/* ---- what the user does ---- */

static void
on_selected (PzLibraryList *list)
{
  g_signal_emit (list, signals[SIGNAL_SELECTED], 0);
}

static void
on_activated (PzLibraryList *list)
{
  g_signal_emit (list, signals[SIGNAL_USE], 0);
}

static gboolean
on_key (PzLibraryList *list, GdkEventKey *event)
{
  const guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (modifiers == GDK_CONTROL_MASK && event->keyval == GDK_KEY_z)
    g_signal_emit (list, signals[SIGNAL_UNDO], 0);
  else if (modifiers == GDK_CONTROL_MASK && event->keyval == GDK_KEY_f)
    gtk_widget_grab_focus (GTK_WIDGET (list->search));
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
on_row_key (PzLibraryList *list, GdkEventKey *event)
{
  const guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (modifiers != 0 || (event->keyval != GDK_KEY_Delete && event->keyval != GDK_KEY_F2))
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (list, signals[SIGNAL_KEY], 0, event->keyval);
  return GDK_EVENT_STOP;
}

/* Down moves the focus from the entry to the first visible row. */
static gboolean
on_search_key (PzLibraryList *list, GdkEventKey *event)
{
  GtkListBoxRow *row = NULL;

  if (event->keyval != GDK_KEY_Down)
    return GDK_EVENT_PROPAGATE;
  for (gint i = 0; (row = gtk_list_box_get_row_at_index (list->box, i)); i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row)))
      break;
  if (row)
    {
      gtk_list_box_select_row (list->box, row);
      gtk_widget_grab_focus (GTK_WIDGET (row));
    }
  return GDK_EVENT_STOP;
}

static void
take_drop (gpointer list, const char *path)
{
  g_signal_emit (list, signals[SIGNAL_DROPPED], 0, path);
}

void
pz_library_list_focus (PzLibraryList *list)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list->box);

  gtk_widget_grab_focus (row ? GTK_WIDGET (row) : GTK_WIDGET (list->search));
}

void
pz_library_list_add_button (PzLibraryList *list, GtkWidget *button)
{
  gtk_box_pack_end (list->top, button, FALSE, FALSE, 0);
}

/* ---- the widget ---- */

static void
pz_library_list_dispose (GObject *object)
{
  g_clear_handle_id (&PZ_LIBRARY_LIST (object)->fill_id, g_source_remove);
  G_OBJECT_CLASS (pz_library_list_parent_class)->dispose (object);
}

static void
pz_library_list_finalize (GObject *object)
{
  PzLibraryList *list = PZ_LIBRARY_LIST (object);

  g_clear_pointer (&list->items, g_ptr_array_unref);
  g_free (list->select);
  G_OBJECT_CLASS (pz_library_list_parent_class)->finalize (object);
}

static void
pz_library_list_class_init (PzLibraryListClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);
  const struct
  {
    const char *name;
    GType argument;
  } made[N_SIGNALS] = {
    [SIGNAL_SELECTED] = { "selected", G_TYPE_NONE }, [SIGNAL_USE] = { "use", G_TYPE_NONE },
    [SIGNAL_KEY] = { "key", G_TYPE_UINT },           [SIGNAL_UNDO] = { "undo", G_TYPE_NONE },
    [SIGNAL_DROPPED] = { "dropped", G_TYPE_STRING },
  };

  G_OBJECT_CLASS (klass)->dispose = pz_library_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_library_list_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] =
      g_signal_new (made[i].name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    made[i].argument == G_TYPE_NONE ? 0 : 1, made[i].argument);
}

static GtkWidget *
nothing_new (PzLibraryList *list)
{
  GtkWidget *label = gtk_label_new (NULL);

  list->nothing = GTK_LABEL (label);
  gtk_label_set_line_wrap (list->nothing, TRUE);
  gtk_label_set_justify (list->nothing, GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (list->nothing, 60);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  g_object_set (label, "margin", 18, NULL);
  gtk_widget_show (label);
  return label;
}

static void
build_rows (PzLibraryList *list)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL), *box = gtk_list_box_new ();

  list->box = GTK_LIST_BOX (box);
  gtk_list_box_set_filter_func (list->box, is_sought, list, NULL);
  gtk_list_box_set_activate_on_single_click (list->box, FALSE);
  atk_object_set_name (gtk_widget_get_accessible (box), _ ("Saved concepts"));
  g_signal_connect_swapped (box, "row-selected", G_CALLBACK (on_selected), list);
  g_signal_connect_swapped (box, "row-activated", G_CALLBACK (on_activated), list);
  g_signal_connect_swapped (box, "key-press-event", G_CALLBACK (on_row_key), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scrolled), GTK_SHADOW_IN);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LEAST_HEIGHT);
  gtk_widget_set_can_focus (scrolled, FALSE); /* the rows take the focus */
  gtk_container_add (GTK_CONTAINER (scrolled), box);
  list->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (list->stack, scrolled, ROWS);
  gtk_stack_add_named (list->stack, nothing_new (list), NOTHING);
  gtk_box_pack_start (GTK_BOX (list), GTK_WIDGET (list->stack), TRUE, TRUE, 0);
}

static void
pz_library_list_init (PzLibraryList *list)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *search = gtk_search_entry_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (list), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (list), 6);
  list->top = GTK_BOX (top);
  list->search = GTK_ENTRY (search);
  list->items = g_ptr_array_new ();
  gtk_entry_set_placeholder_text (list->search, _ ("Search by name, method or model"));
  atk_object_set_name (gtk_widget_get_accessible (search), _ ("Search concepts"));
  gtk_box_pack_start (list->top, search, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (list), top, FALSE, FALSE, 0);
  build_rows (list);
  g_signal_connect_swapped (search, "search-changed", G_CALLBACK (on_search), list);
  g_signal_connect_swapped (search, "key-press-event", G_CALLBACK (on_search_key), list);
  pz_file_choice_take_drops (GTK_WIDGET (list), take_drop);
  g_signal_connect (list, "key-press-event", G_CALLBACK (on_key), NULL);
}

GtkWidget *
pz_library_list_new (void)
{
  return g_object_new (PZ_TYPE_LIBRARY_LIST, NULL);
}
