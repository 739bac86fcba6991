/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/picture-file.h"
#include "ui/recipe-reader.h"

#define LOCK_NAME "lock"
/* A folder gets its final name when it is locked: nobody finds one that is not held yet. */
#define NEW_PREFIX "new-"
#define RUN_PREFIX "run-"

struct _PzRecovery
{
  char *folder;
  gint lock;
  guint n_kept;
};

static char *
base_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize", "recovery", NULL);
}

/* -1 when somebody else holds it. */
static gint
take_lock (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, LOCK_NAME, NULL);
  gint fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

static char *
picture_path (const PzRecovery *recovery, guint index)
{
  g_autofree char *name = g_strdup_printf ("%03u.png", index + 1);

  return g_build_filename (recovery->folder, name, NULL);
}

static guint
count_pictures (const PzRecovery *recovery)
{
  for (guint n = 0;; n++)
    {
      g_autofree char *path = picture_path (recovery, n);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return n;
    }
}

PzRecovery *
pz_recovery_new (void)
{
  g_autofree char *base = base_folder ();
  g_autofree char *fresh = g_build_filename (base, NEW_PREFIX "XXXXXX", NULL);
  g_autofree char *name = NULL;
  PzRecovery *recovery;
  gint lock;

  if (g_mkdir_with_parents (base, 0700) != 0 || !g_mkdtemp_full (fresh, 0700))
    return NULL;
  lock = take_lock (fresh);
  if (lock < 0)
    return NULL;
  name = g_strconcat (RUN_PREFIX, strrchr (fresh, '-') + 1, NULL);
  recovery = g_new0 (PzRecovery, 1);
  recovery->lock = lock;
  recovery->folder = g_build_filename (base, name, NULL);
  if (g_rename (fresh, recovery->folder) == 0)
    return recovery;
  g_free (recovery->folder);
  recovery->folder = g_steal_pointer (&fresh);
  pz_recovery_discard (recovery);
  return NULL;
}

static PzRecovery *
adopt (const char *folder)
{
  gint lock = take_lock (folder);
  PzRecovery *recovery;

  if (lock < 0)
    return NULL;
  recovery = g_new0 (PzRecovery, 1);
  recovery->lock = lock;
  recovery->folder = g_strdup (folder);
  recovery->n_kept = count_pictures (recovery);
  if (recovery->n_kept > 0)
    return recovery;
  pz_recovery_discard (recovery);
  return NULL;
}

static gint
compare_folders (gconstpointer a, gconstpointer b)
{
  const PzRecovery *first = *(PzRecovery *const *) a, *second = *(PzRecovery *const *) b;
  GStatBuf first_stat = { 0 }, second_stat = { 0 };

  g_stat (first->folder, &first_stat);
  g_stat (second->folder, &second_stat);
  return (first_stat.st_mtime > second_stat.st_mtime)
         - (first_stat.st_mtime < second_stat.st_mtime);
}

GPtrArray *
pz_recovery_find (void)
{
  g_autofree char *base = base_folder ();
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_recovery_leave);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *folder = g_build_filename (base, name, NULL);
      PzRecovery *recovery = g_str_has_prefix (name, RUN_PREFIX) ? adopt (folder) : NULL;

      if (recovery)
        g_ptr_array_add (found, recovery);
    }
  g_ptr_array_sort (found, compare_folders);
  return found;
}

void
pz_recovery_keep (PzRecovery *recovery, const PzHostResult *result)
{
  g_autofree char *path = NULL;

  if (!recovery)
    return;
  path = picture_path (recovery, recovery->n_kept);
  if (pz_picture_file_save (path, result->image, result->recipe, NULL))
    recovery->n_kept++;
}

GArray *
pz_recovery_load (PzRecovery *recovery)
{
  GArray *results = pz_host_results_new ();

  for (guint i = 0; i < recovery->n_kept; i++)
    {
      g_autofree char *path = picture_path (recovery, i);
      g_autofree char *recipe = NULL;
      g_autoptr (PzImage) image = pz_picture_file_load (path, &recipe, NULL);
      g_autoptr (PzRecipeReader) reader = recipe ? pz_recipe_reader_new (recipe, NULL) : NULL;

      if (image && reader)
        pz_host_results_keep (results, &(PzHostResult) {
                                         .image = image,
                                         .seed = pz_recipe_reader_get_seed (reader),
                                         .recipe = recipe,
                                       });
    }
  return results;
}

guint
pz_recovery_get_n_kept (const PzRecovery *recovery)
{
  return recovery->n_kept;
}

void
pz_recovery_discard (PzRecovery *recovery)
{
  g_autofree char *lock = g_build_filename (recovery->folder, LOCK_NAME, NULL);

  for (guint i = 0; i < recovery->n_kept; i++)
    {
      g_autofree char *path = picture_path (recovery, i);

      g_unlink (path);
    }
  g_unlink (lock);
  g_rmdir (recovery->folder);
  pz_recovery_leave (recovery);
}

void
pz_recovery_leave (PzRecovery *recovery)
{
  close (recovery->lock);
  g_free (recovery->folder);
  g_free (recovery);
}
