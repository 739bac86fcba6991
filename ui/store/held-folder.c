/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/held-folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define LOCK_NAME "lock"
/* A folder gets its final name after it is locked, so that a folder with such a name is held as long as its process lives. */
#define NEW_PREFIX "new-"
#define RUN_PREFIX "run-"

struct _PzHeldFolder
{
  char *path;
  gint lock;
};

static char *
base_path (const char *base)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize", base, NULL);
}

/* NULL = another process holds it, or the lock cannot be created. */
static PzHeldFolder *
hold (const char *path)
{
  g_autofree char *lock = g_build_filename (path, LOCK_NAME, NULL);
  gint fd = g_open (lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  PzHeldFolder *folder;

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      fd = -1;
    }
  if (fd < 0)
    return NULL;
  folder = g_new (PzHeldFolder, 1);
  *folder = (PzHeldFolder) { g_strdup (path), fd };
  return folder;
}

PzHeldFolder *
pz_held_folder_new (const char *base)
{
  g_autofree char *parent = base_path (base);
  g_autofree char *fresh = g_build_filename (parent, NEW_PREFIX "XXXXXX", NULL);
  g_autofree char *name = NULL, *path = NULL;
  PzHeldFolder *folder;

  if (g_mkdir_with_parents (parent, 0700) != 0 || !g_mkdtemp_full (fresh, 0700))
    return NULL;
  folder = hold (fresh);
  if (!folder)
    {
      g_rmdir (fresh);
      return NULL;
    }
  name = g_strconcat (RUN_PREFIX, strrchr (fresh, '-') + 1, NULL);
  path = g_build_filename (parent, name, NULL);
  if (g_rename (fresh, path) == 0)
    {
      g_set_str (&folder->path, path);
      return folder;
    }
  pz_held_folder_remove (folder);
  return NULL;
}

static gint64
changed_ns (const PzHeldFolder *folder)
{
  GStatBuf info = { 0 };

  g_stat (folder->path, &info);
  return (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = changed_ns (*(PzHeldFolder *const *) a);
  gint64 second = changed_ns (*(PzHeldFolder *const *) b);

  return (first > second) - (first < second);
}

GPtrArray *
pz_held_folder_find (const char *base)
{
  g_autofree char *parent = base_path (base);
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_held_folder_leave);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      PzHeldFolder *folder = hold (path);

      if (folder)
        g_ptr_array_add (found, folder);
    }
  g_ptr_array_sort (found, compare);
  return found;
}

char *
pz_held_folder_file (const PzHeldFolder *folder, const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

void
pz_held_folder_leave (PzHeldFolder *folder)
{
  close (folder->lock);
  g_free (folder->path);
  g_free (folder);
}

void
pz_held_folder_remove (PzHeldFolder *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);
  const char *name;

  /* Removes all files, because a killed process may have left an incomplete file under another name. */
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder->path, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder->path);
  pz_held_folder_leave (folder);
}
