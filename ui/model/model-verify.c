/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model/model-verify.h"

#include <string.h>

#define CHUNK_BYTES (1 << 20)
#define DIGEST_CHARS 64

static char *
digest_of (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  gssize n = stream ? 1 : -1;

  while (n > 0)
    {
      n = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK_BYTES, cancellable, error);
      if (n > 0)
        g_checksum_update (checksum, chunk, n);
    }
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* The digest of a file in SHA256SUMS; NULL = it is not listed. (transfer full) */
static char *
expected_digest (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, "SHA256SUMS", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      const char *rest = lines[i] + MIN (DIGEST_CHARS, strlen (lines[i]));

      /* The separator is two blanks, or a blank and an asterisk; names start with "./" if find made the list. */
      rest += strspn (rest, " *");
      if (g_str_has_prefix (rest, "./"))
        rest += 2;
      if (g_str_equal (g_strchomp ((char *) rest), name))
        return g_ascii_strdown (lines[i], DIGEST_CHARS);
    }
  return NULL;
}

gboolean
pz_model_verify (const char *home,
                 const char *path,
                 GCancellable *cancellable,
                 PzVerify *outcome,
                 char **digest,
                 GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *expected = NULL;

  if (g_str_has_prefix (path, home) && path[strlen (home)] == G_DIR_SEPARATOR)
    expected = expected_digest (home, path + strlen (home) + 1);
  if (!expected)
    expected = expected_digest (folder, base);
  *digest = digest_of (path, cancellable, error);
  if (!*digest)
    return FALSE;
  *outcome = !expected                         ? PZ_VERIFY_UNKNOWN
             : g_str_equal (expected, *digest) ? PZ_VERIFY_GOOD
                                               : PZ_VERIFY_DIFFERS;
  return TRUE;
}
