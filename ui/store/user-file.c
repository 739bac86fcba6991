/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/user-file.h"

static char *
file_path (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize", name, NULL);
}

GKeyFile *
pz_user_file_load (const char *name)
{
  g_autofree char *path = file_path (name);
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

gboolean
pz_user_file_save (const char *name, GKeyFile *file)
{
  g_autofree char *path = file_path (name);
  g_autofree char *folder = g_path_get_dirname (path);
  gsize n_bytes;
  g_autofree char *text = g_key_file_to_data (file, &n_bytes, NULL);

  return g_mkdir_with_parents (folder, 0700) == 0
         && g_file_set_contents_full (path, text, (gssize) n_bytes,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}
