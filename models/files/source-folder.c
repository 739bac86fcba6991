/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/source-folder.h"

#include <json-glib/json-glib.h>

#include "models/files/text-file.h"

/* A binary is at most this many levels deep in a build folder: build/cli/personalize. */
#define BUILD_DEPTH 3
#define MAX_BUILD_INFO_BYTES (1024u * 1024u)

/* The source folder that a meson build folder was configured from, or NULL. (transfer full) */
static char *
read_source_folder (const char *build_folder)
{
  g_autofree char *path =
    g_build_filename (build_folder, "meson-info", "meson-info.json", NULL);
  g_autofree char *text = pz_text_file_read (path, MAX_BUILD_INFO_BYTES, NULL, NULL);
  g_autoptr (JsonNode) root = text != NULL ? json_from_string (text, NULL) : NULL;
  g_autoptr (JsonReader) reader = NULL;

  if (root == NULL)
    return NULL;
  reader = json_reader_new (root);
  if (!json_reader_read_member (reader, "directories")
      || !json_reader_read_member (reader, "source"))
    return NULL;
  return g_strdup (json_reader_get_string_value (reader));
}

char *
pz_source_folder (const char *beside)
{
  g_autofree char *folder = g_canonicalize_filename (beside, NULL);

  for (guint i = 0; i < BUILD_DEPTH; i++)
    {
      char *source = read_source_folder (folder);
      char *parent;

      if (source != NULL)
        return source;
      parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }
  return NULL;
}
