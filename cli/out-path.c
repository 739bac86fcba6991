/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Places to write to, looked at before any work.
 */
#include <errno.h>
#include <unistd.h>

#include "cli/commands.h"

/* The nearest folder that exists must take new files: said before minutes of work, not after. */
gboolean
pz_check_out_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (path, NULL);

  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      char *parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                   "%s: expected a folder, found something else", folder);
      return FALSE;
    }
  if (access (folder, W_OK | X_OK) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "%s: expected a folder that takes new files, found: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

gboolean
pz_check_out_file (const char *path, gboolean force, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (!force && g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a path where nothing is, found something; --force replaces it",
                   path);
      return FALSE;
    }
  return pz_check_out_folder (folder, error);
}
