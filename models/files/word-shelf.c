/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/word-shelf.h"

#include "models/files/file-stamp.h"
#include "models/files/learned-catalog.h"

typedef struct
{
  PzFileStamp stamp; /* when it was read */
  GPtrArray *words; /* PzEmbedding; NULL = holds none */
} Read;

struct _PzWordShelf
{
  GStrv folders;
  GHashTable *files; /* path -> Read */
  PzLoraShelf *loras;
};

static void
read_free (gpointer data)
{
  Read *file = data;

  g_clear_pointer (&file->words, g_ptr_array_unref);
  g_free (file);
}

PzWordShelf *
pz_word_shelf_new (const char *model, const char *beside)
{
  PzWordShelf *shelf = g_new0 (PzWordShelf, 1);

  shelf->folders = pz_learned_search_path (model, beside);
  shelf->loras = pz_lora_shelf_new (model, beside);
  shelf->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, read_free);
  return shelf;
}

void
pz_word_shelf_free (PzWordShelf *shelf)
{
  if (shelf == NULL)
    return;
  g_strfreev (shelf->folders);
  pz_lora_shelf_free (shelf->loras);
  g_hash_table_unref (shelf->files);
  g_free (shelf);
}

/* The words of a file; it is only read again if it has changed. */
static GPtrArray *
words_of (PzWordShelf *shelf, const char *path)
{
  const PzFileStamp stamp = pz_file_stamp (path);
  Read *file = g_hash_table_lookup (shelf->files, path);

  if (!pz_file_stamp_exists (stamp))
    return NULL;
  if (file == NULL || !pz_file_stamp_is (file->stamp, stamp))
    {
      file = g_new0 (Read, 1);
      file->stamp = stamp;
      file->words = pz_embedding_file_read (path, NULL, NULL);
      g_hash_table_replace (shelf->files, g_strdup (path), file);
    }
  return file->words;
}

GPtrArray *
pz_word_shelf_list (PzWordShelf *shelf)
{
  g_autoptr (GPtrArray) paths = pz_learned_list_paths ((const char *const *) shelf->folders);
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);

  for (guint i = 0; i < paths->len; i++)
    {
      GPtrArray *words = words_of (shelf, paths->pdata[i]);

      for (guint j = 0; words != NULL && j < words->len; j++)
        g_ptr_array_add (all, pz_embedding_ref (words->pdata[j]));
    }
  return all;
}

PzLoraShelf *
pz_word_shelf_get_loras (PzWordShelf *shelf)
{
  return shelf->loras;
}
