/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/store/picture-file.h"
#include "ui/results/recipe-reader.h"

#define LOCK_NAME "lock"
/* A folder gets its final name when it is locked: nobody finds one that is not held yet. */
#define NEW_PREFIX "new-"
#define RUN_PREFIX "run-"

#define MANNER_NAME "manner.ini"
#define PICTURE_NAME "start.png"
#define MASK_NAME "start-mask.png"
#define GROUP "Run"

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
    {
      g_rmdir (fresh);
      return NULL;
    }
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

static gint64
changed_ns (const char *folder)
{
  GStatBuf info = { 0 };

  g_stat (folder, &info);
  return (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
}

static gint
compare_folders (gconstpointer a, gconstpointer b)
{
  gint64 first = changed_ns ((*(PzRecovery *const *) a)->folder);
  gint64 second = changed_ns ((*(PzRecovery *const *) b)->folder);

  return (first > second) - (first < second);
}

/* Those that were found and are too many, the oldest first. */
static void
discard_oldest (GPtrArray *found)
{
  while (found->len > PZ_RECOVERY_MAX_LEFT)
    pz_recovery_discard (g_ptr_array_steal_index (found, 0));
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
      PzRecovery *recovery = adopt (folder);

      if (recovery)
        g_ptr_array_add (found, recovery);
    }
  g_ptr_array_sort (found, compare_folders);
  discard_oldest (found);
  return found;
}

/* ---- how results are added ---- */

typedef struct
{
  const char *key;
  gsize offset;
} Member;

/* One flag each, under the name of its member. */
static const Member flags[] = {
  { "new_image", G_STRUCT_OFFSET (PzRunManner, new_image) },
  { "comment", G_STRUCT_OFFSET (PzRunManner, comment) },
  { "native_size", G_STRUCT_OFFSET (PzRunManner, native_size) },
  { "mark_origin", G_STRUCT_OFFSET (PzRunManner, mark_origin) },
  { "without_prompt", G_STRUCT_OFFSET (PzRunManner, without_prompt) },
};

static const Member extents[] = {
  { "x", G_STRUCT_OFFSET (PzHostStart, x) },
  { "y", G_STRUCT_OFFSET (PzHostStart, y) },
  { "width", G_STRUCT_OFFSET (PzHostStart, width) },
  { "height", G_STRUCT_OFFSET (PzHostStart, height) },
};

void
pz_run_manner_clear (PzRunManner *manner)
{
  g_clear_pointer (&manner->start, pz_host_start_unref);
}

static void
save_image (const PzRecovery *recovery, const char *name, const PzImage *image)
{
  g_autofree char *path = g_build_filename (recovery->folder, name, NULL);

  if (image)
    pz_picture_file_save (path, image, NULL, NULL);
}

static PzImage *
load_image (const PzRecovery *recovery, const char *name)
{
  g_autofree char *path = g_build_filename (recovery->folder, name, NULL);

  return pz_picture_file_load (path, NULL, NULL);
}

static void
save_start (PzRecovery *recovery, const PzHostStart *start, GKeyFile *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (extents); i++)
    g_key_file_set_integer (file, GROUP, extents[i].key,
                            G_STRUCT_MEMBER (gint, start, extents[i].offset));
  if (start->place)
    g_key_file_set_string (file, GROUP, "place", start->place);
  save_image (recovery, PICTURE_NAME, start->picture);
  save_image (recovery, MASK_NAME, start->mask);
}

static void
save_manner (PzRecovery *recovery, const PzRunManner *manner)
{
  g_autofree char *path = g_build_filename (recovery->folder, MANNER_NAME, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    g_key_file_set_boolean (file, GROUP, flags[i].key,
                            G_STRUCT_MEMBER (gboolean, manner, flags[i].offset));
  if (manner->start)
    save_start (recovery, manner->start, file);
  g_key_file_save_to_file (file, path, NULL);
}

/* The first of three equal channels. (transfer full) */
static PzImage *
one_channel (const PzImage *gray)
{
  guint width = pz_image_get_width (gray), height = pz_image_get_height (gray);
  gsize n = (gsize) width * height;
  float *pixels = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    pixels[i] = pz_image_get_pixels (gray)[i * 3];
  return pz_image_new_take (width, height, 1, pixels);
}

/* (transfer full), NULL = nothing was painted over. */
static PzHostStart *
load_start (PzRecovery *recovery, GKeyFile *file)
{
  g_autoptr (PzImage) mask = load_image (recovery, MASK_NAME);
  PzHostStart start = { .picture = load_image (recovery, PICTURE_NAME) };

  if (!start.picture)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (extents); i++)
    G_STRUCT_MEMBER (gint, &start, extents[i].offset) =
      g_key_file_get_integer (file, GROUP, extents[i].key, NULL);
  /* A file cut short says none; a layer has one. */
  if (start.width <= 0 || start.height <= 0)
    {
      start.width = (gint) pz_image_get_width (start.picture);
      start.height = (gint) pz_image_get_height (start.picture);
    }
  start.place = g_key_file_get_string (file, GROUP, "place", NULL);
  start.mask = mask ? one_channel (mask) : NULL;
  return pz_host_start_new (&start);
}

void
pz_recovery_load_manner (PzRecovery *recovery, PzRunManner *manner)
{
  g_autofree char *path = g_build_filename (recovery->folder, MANNER_NAME, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  *manner = (PzRunManner) { 0 };
  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    G_STRUCT_MEMBER (gboolean, manner, flags[i].offset) =
      g_key_file_get_boolean (file, GROUP, flags[i].key, NULL);
  manner->start = load_start (recovery, file);
}

/* ---- results ---- */

void
pz_recovery_keep (PzRecovery *recovery, const PzRunManner *manner, const PzHostResult *result)
{
  g_autofree char *path = NULL;

  if (!recovery)
    return;
  if (recovery->n_kept == 0)
    save_manner (recovery, manner);
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
  g_autoptr (GDir) dir = g_dir_open (recovery->folder, 0, NULL);
  const char *name;

  /* All of them: a process that was killed may have left half a file under another name. */
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (recovery->folder, name, NULL);

      g_unlink (path);
    }
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
