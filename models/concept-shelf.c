/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/concept-shelf.h"

#include "models/files/file-stamp.h"

typedef struct
{
  PzFileStamp stamp; /* when it was read */
  PzConcept *concept;
} Read;

struct _PzConceptShelf
{
  GHashTable *files; /* path -> Read */
};

static void
read_free (gpointer data)
{
  Read *file = data;

  pz_concept_unref (file->concept);
  g_free (file);
}

PzConceptShelf *
pz_concept_shelf_new (void)
{
  PzConceptShelf *shelf = g_new0 (PzConceptShelf, 1);

  shelf->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, read_free);
  return shelf;
}

void
pz_concept_shelf_free (PzConceptShelf *shelf)
{
  if (shelf == NULL)
    return;
  g_hash_table_unref (shelf->files);
  g_free (shelf);
}

PzConcept *
pz_concept_shelf_load (PzConceptShelf *shelf, const char *path, GError **error)
{
  const Read *before = g_hash_table_lookup (shelf->files, path);
  Read now = { .stamp = pz_file_stamp (path) };

  if (before != NULL && pz_file_stamp_is (before->stamp, now.stamp))
    return pz_concept_ref (before->concept);
  /* The old one goes first: two of a concept's weights may be more than there is room for. */
  g_hash_table_remove (shelf->files, path);
  now.concept = pz_concept_load (path, error);
  if (now.concept == NULL)
    return NULL;
  g_hash_table_replace (shelf->files, g_strdup (path), g_memdup2 (&now, sizeof now));
  return pz_concept_ref (now.concept);
}

static gboolean
is_other (gpointer path, gpointer file, gpointer kept)
{
  (void) file;
  return !g_strv_contains (kept, path);
}

void
pz_concept_shelf_keep (PzConceptShelf *shelf, const char *const *paths)
{
  g_hash_table_foreach_remove (shelf->files, is_other, (gpointer) paths);
}
