/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/recovery.h"

#include "ui/results/recipe-reader.h"
#include "ui/store/held-folder.h"
#include "ui/store/picture-file.h"

#define BASE "recovery"
#define MANNER_NAME "manner.ini"
#define PICTURE_NAME "start.png"
#define MASK_NAME "start-mask.png"
#define GROUP "Run"

struct _PzRecovery
{
  PzHeldFolder *folder;
  guint n_kept;
};

static char *
picture_path (const PzRecovery *recovery, guint index)
{
  g_autofree char *name = g_strdup_printf ("%03u.png", index + 1);

  return pz_held_folder_file (recovery->folder, name);
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

static PzRecovery *
recovery_new (PzHeldFolder *folder)
{
  PzRecovery *recovery = g_new0 (PzRecovery, 1);

  recovery->folder = folder;
  return recovery;
}

PzRecovery *
pz_recovery_new (void)
{
  PzHeldFolder *folder = pz_held_folder_new (BASE);

  return folder ? recovery_new (folder) : NULL;
}

GPtrArray *
pz_recovery_find (void)
{
  g_autoptr (GPtrArray) folders = pz_held_folder_find (BASE);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_recovery_leave);

  while (folders->len > 0)
    {
      PzRecovery *recovery = recovery_new (g_ptr_array_steal_index (folders, 0));

      recovery->n_kept = count_pictures (recovery);
      if (recovery->n_kept > 0)
        g_ptr_array_add (found, recovery);
      else
        pz_recovery_discard (recovery);
    }
  /* Discard the oldest. */
  while (found->len > PZ_RECOVERY_MAX_LEFT)
    pz_recovery_discard (g_ptr_array_steal_index (found, 0));
  return found;
}

/* ---- how results are added ---- */

typedef struct
{
  const char *key;
  gsize offset;
} Member;

/* Flags are stored under the names of their members. */
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
  g_autofree char *path = pz_held_folder_file (recovery->folder, name);

  if (image)
    pz_picture_file_save (path, image, NULL, NULL);
}

static PzImage *
load_image (const PzRecovery *recovery, const char *name)
{
  g_autofree char *path = pz_held_folder_file (recovery->folder, name);

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
  g_autofree char *path = pz_held_folder_file (recovery->folder, MANNER_NAME);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    g_key_file_set_boolean (file, GROUP, flags[i].key,
                            G_STRUCT_MEMBER (gboolean, manner, flags[i].offset));
  if (manner->start)
    save_start (recovery, manner->start, file);
  g_key_file_save_to_file (file, path, NULL);
}

/* (transfer full), NULL = nothing was painted over. */
static PzHostStart *
load_start (PzRecovery *recovery, GKeyFile *file)
{
  g_autofree char *mask_path = pz_held_folder_file (recovery->folder, MASK_NAME);
  PzHostStart start = { .picture = load_image (recovery, PICTURE_NAME) };

  if (!start.picture)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (extents); i++)
    G_STRUCT_MEMBER (gint, &start, extents[i].offset) =
      g_key_file_get_integer (file, GROUP, extents[i].key, NULL);
  /* A truncated file has no size, but a layer needs one. */
  if (start.width <= 0 || start.height <= 0)
    {
      start.width = (gint) pz_image_get_width (start.picture);
      start.height = (gint) pz_image_get_height (start.picture);
    }
  start.place = g_key_file_get_string (file, GROUP, "place", NULL);
  start.mask = pz_picture_file_load_mask (mask_path, NULL);
  return pz_host_start_new (&start);
}

void
pz_recovery_load_manner (PzRecovery *recovery, PzRunManner *manner)
{
  g_autofree char *path = pz_held_folder_file (recovery->folder, MANNER_NAME);
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
  pz_held_folder_remove (recovery->folder);
  g_free (recovery);
}

void
pz_recovery_leave (PzRecovery *recovery)
{
  pz_held_folder_leave (recovery->folder);
  g_free (recovery);
}
