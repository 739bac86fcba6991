/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/text-lines.h"

#include "compute/error.h"

#define MAX_LIST_BYTES (1u << 20)

GStrv
pz_read_lines (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &reason) || length > MAX_LIST_BYTES
      || !g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected lines of UTF-8 text, at most %u bytes, found %s", path,
                   MAX_LIST_BYTES, reason != NULL ? reason->message : "something else");
      return NULL;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      g_strv_builder_add (builder, lines[i]);
  return g_strv_builder_end (builder);
}
