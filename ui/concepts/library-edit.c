/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/library-edit.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "models/learned.h"
#include "models/saved-concepts.h"

/* Sets an error: the sentence followed by the reason of the engine or GIO. reason: (transfer full) */
static void
fail (GError **error, const char *sentence, GError *reason)
{
  g_set_error (error, G_IO_ERROR,
               reason->domain == G_IO_ERROR ? reason->code : G_IO_ERROR_FAILED, "%s %s",
               sentence, reason->message);
  g_error_free (reason);
}

/* ---- names ---- */

/* Replaces path separators and a leading dot, so that the file is not in another folder and not hidden. (transfer full) */
static char *
stem_of_name (const char *name)
{
  char *stem = g_strdelimit (g_strdup (name), "/\\", '-');

  if (stem[0] == '.')
    stem[0] = '_';
  return stem;
}

/* The extension with its dot; "" = none, or a folder. (transfer none) */
static const char *
ending_of (const char *path)
{
  const char *dot = strrchr (path, '.');

  return dot && !strchr (dot, '/') && !g_file_test (path, G_FILE_TEST_IS_DIR) ? dot : "";
}

/* The item's path with that name: same folder, same extension. (transfer full) */
static char *
path_of_name (const PzLibraryItem *item, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (item->path);
  g_autofree char *stem = stem_of_name (name);
  g_autofree char *file = g_strconcat (stem, ending_of (item->path), NULL);

  return g_build_filename (folder, file, NULL);
}

/* ---- import ---- */

/* The folder where the program looks for files of that kind. (transfer full), NULL + error if the kind is unknown. */
static char *
find_home (const char *path, GError **error)
{
  const gboolean is_own = g_str_has_suffix (path, PZ_CONCEPT_ENDING);
  g_autoptr (PzSavedConcept) saved = is_own ? pz_saved_concept_inspect (path) : NULL;
  g_autoptr (GPtrArray) learned = is_own ? NULL : pz_learned_inspect (path);
  const PzLearnedInfo *info = learned ? learned->pdata[0] : NULL;
  const char *problem = is_own ? saved->problem : info->problem;

  if (problem)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   /* Translators: the engine's reason, in English. */
                   _ ("This is not a concept, a LoRA or a learned word: %s"), problem);
      return NULL;
    }
  if (is_own)
    return pz_concept_folder ();
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize",
                           info->kind == PZ_LEARNED_LORA ? "loras" : "embeddings", NULL);
}

/* A free path: folder/NAME, else "NAME 2" and so on. (transfer full) */
static char *
find_free (const char *folder, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *ending = ending_of (name);
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (ending));

  for (guint n = 1;; n++)
    {
      g_autofree char *tried =
        n == 1 ? g_strdup (name) : g_strdup_printf ("%s %u%s", stem, n, ending);
      g_autofree char *place = g_build_filename (folder, tried, NULL);

      if (!g_file_test (place, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&place);
    }
}

/* Copies to a hidden name first, so that an incomplete file is never found. */
static gboolean
copy (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to), *name = g_path_get_basename (to);
  g_autofree char *hidden_name = g_strconcat (".", name, ".part", NULL);
  g_autofree char *hidden = g_build_filename (folder, hidden_name, NULL);
  g_autoptr (GFile) source = g_file_new_for_path (from), part = g_file_new_for_path (hidden);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  if (g_file_copy (source, part, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error)
      && g_file_move (part, target, G_FILE_COPY_NONE, NULL, NULL, NULL, error))
    return TRUE;
  g_unlink (hidden);
  return FALSE;
}

char *
pz_library_import (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *folder = find_home (path, error);
  g_autofree char *place = NULL, *sentence = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path), home = NULL;
  GError *reason = NULL;

  if (!folder)
    return NULL;
  home = g_file_new_for_path (folder);
  if (g_file_has_parent (file, home))
    return g_strdup (path);
  place = find_free (folder, path);
  g_mkdir_with_parents (folder, 0700);
  if (copy (path, place, &reason))
    return g_steal_pointer (&place);
  sentence = g_strdup_printf (_ ("“%s” could not be added."), name);
  fail (error, sentence, reason);
  return NULL;
}

/* ---- rename ---- */

/* The title is stored inside the file, and the file has the same name. */
static gboolean
rename_concept (const char *from, const char *to, const char *title, GError **error)
{
  g_autoptr (PzConcept) concept = pz_concept_load (from, error), named = NULL;

  if (!concept)
    return FALSE;
  named = pz_concept_rename (concept, NULL, title);
  if (!pz_concept_save (named, to, error))
    return FALSE;
  if (!g_str_equal (from, to))
    g_unlink (from);
  return TRUE;
}

static gboolean
move (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);

  return g_file_move (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error);
}

char *
pz_library_rename (const PzLibraryItem *item, const char *name, GError **error)
{
  g_autofree char *to = path_of_name (item, name);
  g_autofree char *sentence = NULL;
  GError *reason = NULL;

  if (!g_str_equal (to, item->path) && g_file_test (to, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("The name “%s” is already taken."),
                   name);
      return NULL;
    }
  if (item->kind == PZ_LIBRARY_CONCEPT ? rename_concept (item->path, to, name, &reason)
                                       : move (item->path, to, &reason))
    return g_steal_pointer (&to);
  sentence = g_strdup_printf (_ ("“%s” could not be renamed."), item->title);
  fail (error, sentence, reason);
  return NULL;
}

/* ---- export ---- */

gboolean
pz_library_export (const char *path, const char *to, GError **error)
{
  g_autofree char *name = g_filename_display_basename (to);
  g_autofree char *sentence = NULL;
  GError *reason = NULL;
  g_autoptr (PzConcept) concept = pz_concept_load (path, &reason);

  if (concept && pz_concept_export (concept, to, &reason))
    return TRUE;
  sentence = g_strdup_printf (_ ("“%s” could not be written."), name);
  fail (error, sentence, reason);
  return FALSE;
}

const char *
pz_library_suggest_ending (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *sentence = NULL;
  GError *reason = NULL;
  g_autoptr (PzConcept) concept = pz_concept_load (path, &reason);

  if (concept)
    return pz_concept_suggest_ending (concept);
  sentence = g_strdup_printf (_ ("“%s” could not be read."), name);
  fail (error, sentence, reason);
  return NULL;
}
