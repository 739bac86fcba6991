/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/picture-list.h"

#include <string.h>

#include "compute/error.h"

static const char *const endings[] = { ".png",  ".jpg",  ".jpeg", ".webp", ".avif",
                                       ".heic", ".heif", ".jxl",  ".bmp",  ".gif",
                                       ".tif",  ".tiff", ".ppm",  ".pgm" };

static gboolean
is_called_picture (const char *name)
{
  g_autofree char *small = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (name[0] != '.' && g_str_has_suffix (small, endings[i]))
      return TRUE;
  return FALSE;
}

gboolean
pz_picture_list_add (GPtrArray *paths, const char *path, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_ptr_array_add (paths, g_strdup (path));
          return TRUE;
        }
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a picture or a folder of pictures, found nothing", path);
      return FALSE;
    }
  dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_called_picture (name))
      g_ptr_array_add (found, g_build_filename (path, name, NULL));
  if (found->len == 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected pictures in the folder, found none", path);
      return FALSE;
    }
  g_ptr_array_sort_values (found, (GCompareFunc) strcmp);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (paths, g_strdup (found->pdata[i]));
  return TRUE;
}

char *
pz_picture_list_partner (const char *folder,
                         const char *picture,
                         const char *what,
                         GError **error)
{
  g_autofree char *base = g_path_get_basename (picture);
  char *dot = strrchr (base, '.');

  for (gsize i = 0; i <= G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *stem =
        dot != NULL ? g_strndup (base, (gsize) (dot - base)) : g_strdup (base);
      g_autofree char *name =
        i == 0 ? g_strdup (base) : g_strconcat (stem, endings[i - 1], NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected %s for %s, a picture of the same name, found none", folder, what,
               base);
  return NULL;
}
