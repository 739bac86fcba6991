/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/lora-shelf.h"

#include "models/files/file-stamp.h"
#include "models/files/learned-catalog.h"

typedef struct
{
  PzFileStamp stamp; /* when it was opened */
  PzLora *lora;
} Opened;

struct _PzLoraShelf
{
  GStrv folders;
  GHashTable *files; /* path -> Opened */
};

static void
opened_free (gpointer data)
{
  Opened *file = data;

  pz_lora_unref (file->lora);
  g_free (file);
}

PzLoraShelf *
pz_lora_shelf_new (const char *model, const char *beside)
{
  PzLoraShelf *shelf = g_new0 (PzLoraShelf, 1);

  shelf->folders = pz_lora_search_path (model, beside);
  shelf->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, opened_free);
  return shelf;
}

void
pz_lora_shelf_free (PzLoraShelf *shelf)
{
  if (shelf == NULL)
    return;
  g_strfreev (shelf->folders);
  g_hash_table_unref (shelf->files);
  g_free (shelf);
}

PzLora *
pz_lora_shelf_open (PzLoraShelf *shelf, const char *path, GError **error)
{
  g_autofree char *inner = pz_lora_find_file (path);
  Opened now = { 0 };
  const Opened *before = g_hash_table_lookup (shelf->files, path);

  if (inner != NULL)
    now.stamp = pz_file_stamp (inner);
  if (before != NULL && pz_file_stamp_is (before->stamp, now.stamp))
    return pz_lora_ref (before->lora);
  now.lora = pz_lora_open (path, TRUE, error);
  if (now.lora == NULL)
    return NULL;
  g_hash_table_replace (shelf->files, g_strdup (path), g_memdup2 (&now, sizeof now));
  return pz_lora_ref (now.lora);
}

/* The file of that name, else one whose name differs only in case. (transfer full), or NULL if there is neither. */
static char *
find_path (PzLoraShelf *shelf, const char *name)
{
  g_autoptr (GPtrArray) paths = pz_lora_list_paths ((const char *const *) shelf->folders);
  g_autofree char *folded = g_utf8_casefold (name, -1);
  const char *nearly = NULL;

  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *file = pz_lora_find_file (paths->pdata[i]);
      g_autofree char *other = g_filename_display_name (file);
      g_autofree char *other_name = pz_lora_name_of (other);
      g_autofree char *other_folded = g_utf8_casefold (other_name, -1);

      if (g_str_equal (name, other_name))
        return g_strdup (paths->pdata[i]);
      if (nearly == NULL && g_str_equal (folded, other_folded))
        nearly = paths->pdata[i];
    }
  return g_strdup (nearly);
}

PzLora *
pz_lora_shelf_find (PzLoraShelf *shelf, const char *name, GError **error)
{
  g_autofree char *path = find_path (shelf, name);
  g_autofree char *folders = g_strjoinv (", ", shelf->folders);
  PzLora *lora;
  GError *failed = NULL;

  if (path == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_LORA,
                   "expected a LoRA file called “%s”, found none in %s", name, folders);
      return NULL;
    }
  lora = pz_lora_shelf_open (shelf, path, &failed);
  if (lora == NULL && failed->domain == PZ_ERROR)
    failed->code = PZ_ERROR_BAD_LORA;
  if (lora == NULL)
    g_propagate_error (error, failed);
  return lora;
}
