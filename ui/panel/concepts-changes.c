/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes to the saved concepts, each in its own thread, because a disk may be slow.
 */
#include "ui/panel/concepts-private.h"

#include <glib/gi18n.h>

#include "models/saved-concepts.h"
#include "ui/concepts/library-edit.h"
#include "ui/widgets/file-choice.h"

typedef struct _Change Change;

struct _Change
{
  /* Returns the result. Thread: its own. */
  gpointer (*work) (const Change *change, GError **error);
  /* Not called if the work failed. result: (transfer full) */
  void (*done) (PzPanel *panel, const Change *change, gpointer result);
  PzLibraryItem *item; /* NULL = it needs none */
  char *text; /* a path or a name */
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->item, pz_library_item_unref);
  g_free (change->text);
  g_free (change);
}

static void
run_change (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Change *change = data;
  GError *error = NULL;
  gpointer result = change->work (change, &error);

  (void) source;
  (void) cancellable;
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, NULL);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  PzPanel *panel = PZ_PANEL (source);
  const Change *change = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gpointer made = g_task_propagate_pointer (G_TASK (result), &error);

  (void) data;
  if (!panel->library)
    return;
  panel->library->n_changes--;
  if (error)
    pz_panel_show_error (panel, PZ_CAUSE_LIBRARY, error);
  else
    change->done (panel, change, made);
  /* Also after a failure, because the files may differ from what is shown. */
  pz_concept_chooser_refresh (panel->chooser);
  pz_concepts_follow (panel);
  pz_concepts_read (panel);
}

/* Reports the removed item, which can be restored; hides the notice if nothing was removed. */
static void
say_removed (PzPanel *panel)
{
  const PzConceptsRoom *room = panel->library;
  g_autofree char *what = NULL;
  gboolean in_trash;

  if (!room->removed)
    {
      pz_panel_hide_notice (panel, PZ_CAUSE_LIBRARY);
      return;
    }
  in_trash = pz_removed_file_is_in_trash (room->removed);
  what = g_strdup_printf (in_trash ? _ ("“%s” is in the trash.") : _ ("“%s” is deleted."),
                          room->removed_title);
  pz_panel_show_notice (panel, PZ_CAUSE_LIBRARY,
                        &(PzNoticeText) {
                          .type = GTK_MESSAGE_INFO,
                          .what = what,
                          .next =
                            in_trash
                              ? NULL
                              : _ ("That disk has no trash: only “Undo” here can restore it."),
                          .actions = { PZ_ACTION_UNDO_REMOVE },
                        });
}

/* change: copied, including its text. */
static void
begin_change (PzPanel *panel, const Change *change)
{
  g_autoptr (GTask) task = g_task_new (panel, NULL, on_changed, NULL);
  Change *own = g_memdup2 (change, sizeof *change);

  own->item = change->item ? pz_library_item_ref (change->item) : NULL;
  own->text = g_strdup (change->text);
  /* Replaces an earlier error, but keeps offering to restore what was removed. */
  if (panel->library->n_changes++ == 0)
    say_removed (panel);
  pz_concepts_follow (panel);
  g_task_set_task_data (task, own, change_free);
  g_task_run_in_thread (task, run_change);
}

/* ---- adding files ---- */

static gpointer
import (const Change *change, GError **error)
{
  return pz_library_import (change->text, error);
}

static void
imported (PzPanel *panel, const Change *change, gpointer result)
{
  (void) change;
  g_free (panel->library->select);
  panel->library->select = result;
  pz_status_line_say (panel->status, _ ("The file is in your folder now."));
}

void
pz_concepts_import (PzPanel *panel, const char *path)
{
  begin_change (panel, &(Change) { import, imported, .text = (char *) path });
}

static void
take_file (gpointer panel, const char *path)
{
  pz_concepts_import (panel, path);
}

void
pz_concepts_choose_import (PzPanel *panel)
{
  static const char *const patterns[] = { "*" PZ_CONCEPT_ENDING, "*.safetensors", "*.pt",
                                          "*.bin", "*.pth" };
  GtkFileChooserNative *dialog =
    pz_file_choice_new (panel, _ ("Add a Concept, a LoRA or a Learned Word"),
                        GTK_FILE_CHOOSER_ACTION_OPEN);

  pz_file_choice_add_kind (dialog, _ ("Concepts, LoRA files, learned words"), patterns,
                           G_N_ELEMENTS (patterns));
  pz_file_choice_show (dialog, panel, take_file);
}

/* ---- renaming ---- */

static gpointer
rename_item (const Change *change, GError **error)
{
  return pz_library_rename (change->item, change->text, error);
}

/* The settings refer to the concept by its new name. */
static void
renamed (PzPanel *panel, const Change *change, gpointer result)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (panel->settings);
  g_autofree char *before = pz_concepts_name (change->item->path);

  for (guint i = 0; concepts[i]; i++)
    if (g_str_equal (concepts[i], before))
      {
        g_free (concepts[i]);
        concepts[i] = pz_concepts_name (result);
        g_object_set (panel->settings, "concepts", concepts, NULL);
      }
  g_free (panel->library->select);
  panel->library->select = result;
}

void
pz_concepts_rename (PzPanel *panel, const char *name)
{
  PzLibraryItem *item = pz_concepts_get_selected (panel);

  if (item && !g_str_equal (name, item->title))
    begin_change (panel, &(Change) { rename_item, renamed, item, (char *) name });
}

/* ---- removing ---- */

static gpointer
remove_item (const Change *change, GError **error)
{
  GError *reason = NULL;
  PzRemovedFile *removed = pz_removed_file_new (change->item->path, &reason);

  if (!removed)
    {
      g_set_error (error, G_IO_ERROR, reason->code, _ ("“%s” could not be deleted: %s"),
                   change->item->title, reason->message);
      g_error_free (reason);
    }
  return removed;
}

static void
on_removed (PzPanel *panel, const Change *change, gpointer result)
{
  PzConceptsRoom *room = panel->library;

  g_clear_pointer (&room->removed, pz_removed_file_free);
  room->removed = result;
  g_set_str (&room->removed_title, change->item->title);
  say_removed (panel);
}

void
pz_concepts_remove (PzPanel *panel)
{
  PzLibraryItem *item = pz_concepts_get_selected (panel);

  if (item && panel->library->n_changes == 0)
    begin_change (panel, &(Change) { remove_item, on_removed, item });
}

void
pz_panel_undo_remove (PzPanel *panel)
{
  PzConceptsRoom *room = panel->library;
  g_autoptr (PzRemovedFile) removed = g_steal_pointer (&room->removed);
  g_autoptr (GError) reason = NULL, error = NULL;

  if (!removed)
    return;
  if (pz_removed_file_restore (removed, &reason))
    {
      pz_panel_hide_notice (panel, PZ_CAUSE_LIBRARY);
      g_set_str (&room->select, pz_removed_file_get_path (removed));
    }
  else
    {
      error = g_error_new (G_IO_ERROR, reason->code, _ ("“%s” could not be restored: %s"),
                           room->removed_title, reason->message);
      room->removed = g_steal_pointer (&removed); /* the user may try again */
      pz_panel_show_error (panel, PZ_CAUSE_LIBRARY, error);
    }
  pz_concept_chooser_refresh (panel->chooser);
  pz_concepts_read (panel);
}

/* ---- exporting ---- */

static gpointer
export_item (const Change *change, GError **error)
{
  pz_library_export (change->item->path, change->text, error);
  return NULL;
}

static void
exported (PzPanel *panel, const Change *change, gpointer result)
{
  g_autofree char *text = g_strdup_printf (_ ("Written: %s"), change->text);

  (void) result;
  pz_status_line_say (panel->status, text);
}

static void
take_place (gpointer data, const char *path)
{
  PzPanel *panel = data;

  begin_change (panel,
                &(Change) { export_item, exported, panel->library->exported, (char *) path });
}

static gpointer
suggest (const Change *change, GError **error)
{
  return (gpointer) pz_library_suggest_ending (change->item->path, error);
}

static void
suggested (PzPanel *panel, const Change *change, gpointer result)
{
  g_autofree char *name = g_strconcat (change->item->title, (const char *) result, NULL);
  GtkFileChooserNative *dialog =
    pz_file_choice_new (panel, _ ("Export the Concept"), GTK_FILE_CHOOSER_ACTION_SAVE);

  g_strdelimit (name, "/\\", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (dialog), TRUE);
  g_clear_pointer (&panel->library->exported, pz_library_item_unref);
  panel->library->exported = pz_library_item_ref (change->item);
  pz_file_choice_show (dialog, panel, take_place);
}

void
pz_concepts_export (PzPanel *panel)
{
  begin_change (panel, &(Change) { suggest, suggested, pz_concepts_get_selected (panel) });
}
