/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/concept-output.h"

#include "cli/output-file.h"

gboolean
pz_concept_output_check (const char *path, gboolean force, GError **error)
{
  if (force && !pz_concept_format_is_file (path) && g_file_test (path, G_FILE_TEST_IS_DIR))
    return pz_output_check_folder (path, error);
  return pz_output_check_file (path, force, error);
}

static gboolean
save (const char *path, gpointer data, GError **error)
{
  return pz_concept_save (data, path, error);
}

static gboolean export (const char *path, gpointer data, GError **error)
{
  return pz_concept_export (data, path, error);
}

gboolean
pz_concept_output_save (PzConcept *concept, const char *path, gboolean force, GError **error)
{
  return pz_output_make (path, force, save, concept, error);
}

gboolean
pz_concept_output_write (PzConcept *concept, const char *path, gboolean force, GError **error)
{
  return pz_concept_format_is_file (path) ? pz_output_make (path, force, export, concept, error)
                                          : pz_concept_export (concept, path, error);
}
