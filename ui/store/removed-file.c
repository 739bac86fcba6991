/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trash follows the freedesktop.org Trash specification 1.0: FOLDER/files/NAME and FOLDER/info/NAME.trashinfo. GIO does
 * not report under which name it stores a file there, so the file is found by its inode, which a move within a disk keeps.
 */
#include "ui/store/removed-file.h"

#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/store/held-folder.h"

#define HELD_BASE "removed"

struct _PzRemovedFile
{
  char *path; /* original path */
  char *place; /* current path; NULL = unknown, or it was restored */
  char *info; /* path of its .trashinfo file; NULL = not found in a trash */
  PzHeldFolder *held; /* the private folder; NULL = it is in the trash */
};

/* ---- the trash ---- */

/* Sets place and info if it is in that trash. */
static gboolean
look_into (PzRemovedFile *removed, const char *trash, const GStatBuf *was)
{
  g_autofree char *files = g_build_filename (trash, "files", NULL);
  g_autoptr (GDir) dir = g_dir_open (files, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (files, name, NULL);
      GStatBuf is;

      if (g_lstat (path, &is) == 0 && is.st_ino == was->st_ino && is.st_dev == was->st_dev)
        {
          g_autofree char *record = g_strconcat (name, ".trashinfo", NULL);

          removed->place = g_steal_pointer (&path);
          removed->info = g_build_filename (trash, "info", record, NULL);
          return TRUE;
        }
    }
  return FALSE;
}

/* Searches the user's home trash, then .Trash/UID and .Trash-UID in all parent folders, because a disk's trash lies at its
 * root. */
static void
find_in_trash (PzRemovedFile *removed, const GStatBuf *was)
{
  g_autofree char *home = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *user = g_strdup_printf ("%lu", (unsigned long) getuid ());
  g_autofree char *own = g_strconcat (".Trash-", user, NULL);
  g_autofree char *folder = g_path_get_dirname (removed->path);
  gboolean found = look_into (removed, home, was);

  while (!found)
    {
      g_autofree char *shared = g_build_filename (folder, ".Trash", user, NULL);
      g_autofree char *private = g_build_filename (folder, own, NULL);
      char *parent = g_path_get_dirname (folder);

      found = look_into (removed, shared, was) || look_into (removed, private, was);
      if (g_str_equal (parent, folder))
        {
          g_free (parent);
          return;
        }
      g_free (folder);
      folder = parent;
    }
}

/* ---- the private folder ---- */

/* Removes the leftovers of killed processes, which can no longer be restored. */
static void
sweep (void)
{
  g_autoptr (GPtrArray) left = pz_held_folder_find (HELD_BASE);

  while (left->len > 0)
    pz_held_folder_remove (g_ptr_array_steal_index (left, 0));
}

static gboolean
hold (PzRemovedFile *removed, GError **error)
{
  g_autofree char *name = g_path_get_basename (removed->path);
  g_autoptr (GFile) from = g_file_new_for_path (removed->path), to = NULL;

  sweep ();
  removed->held = pz_held_folder_new (HELD_BASE);
  if (!removed->held)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "%s/gimp-personalize: expected a folder that can be written, found none",
                   g_get_user_data_dir ());
      return FALSE;
    }
  removed->place = pz_held_folder_file (removed->held, name);
  to = g_file_new_for_path (removed->place);
  return g_file_move (from, to, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error);
}

/* ---- both ---- */

PzRemovedFile *
pz_removed_file_new (const char *path, GError **error)
{
  g_autoptr (PzRemovedFile) removed = g_new0 (PzRemovedFile, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) failed = NULL;
  GStatBuf was = { 0 };

  removed->path = g_strdup (path);
  g_lstat (path, &was);
  if (g_file_trash (file, NULL, &failed))
    {
      find_in_trash (removed, &was);
      return g_steal_pointer (&removed);
    }
  /* Folders are not moved to the private folder, because they might have to be copied. */
  if (!g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) || !S_ISREG (was.st_mode))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return hold (removed, error) ? g_steal_pointer (&removed) : NULL;
}

void
pz_removed_file_free (PzRemovedFile *removed)
{
  g_clear_pointer (&removed->held, pz_held_folder_remove);
  g_free (removed->path);
  g_free (removed->place);
  g_free (removed->info);
  g_free (removed);
}

gboolean
pz_removed_file_is_in_trash (const PzRemovedFile *removed)
{
  return !removed->held;
}

const char *
pz_removed_file_get_path (const PzRemovedFile *removed)
{
  return removed->path;
}

gboolean
pz_removed_file_restore (PzRemovedFile *removed, GError **error)
{
  g_autoptr (GFile) to = g_file_new_for_path (removed->path);
  g_autoptr (GFile) from =
    g_file_new_for_path (removed->place ? removed->place : removed->path);

  if (!removed->place)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, removed->path);
      return FALSE;
    }
  if (!g_file_move (from, to, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error))
    return FALSE;
  if (removed->info)
    g_unlink (removed->info);
  g_clear_pointer (&removed->place, g_free);
  return TRUE;
}
