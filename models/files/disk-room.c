/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/disk-room.h"

/* The nearest existing folder above `path`. (transfer full) */
static char *
folder_of (const char *path)
{
  char *folder = g_path_get_dirname (path);

  while (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      char *above = g_path_get_dirname (folder);

      if (g_str_equal (above, folder))
        {
          g_free (above);
          break;
        }
      g_free (folder);
      folder = above;
    }
  return folder;
}

gboolean
pz_disk_room_check (const char *path, guint64 bytes, GError **error)
{
  g_autofree char *folder = folder_of (path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GFileInfo) info =
    g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  guint64 free_bytes;

  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return TRUE;
  free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  if (free_bytes >= bytes)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               "%s: expected %" G_GUINT64_FORMAT
               " KiB of free disk space, found %" G_GUINT64_FORMAT " KiB",
               folder, (bytes + 1023) >> 10, free_bytes >> 10);
  return FALSE;
}
