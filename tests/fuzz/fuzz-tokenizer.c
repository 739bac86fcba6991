/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The input has three parts, separated by lines "----": vocab.json, merges.txt, and a text to encode.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "models/files/tokenizer.h"
#include "tests/fuzz/fuzz.h"

#define BETWEEN "\n----\n"

static void
put (const char *folder, const char *name, const char *bytes, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
}

static void
drop (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
try_text (const PzTokenizer *tokenizer, const char *text, gsize size)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  pz_tokenizer_encode (tokenizer, text, (gssize) size, ids);
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpuint (g_array_index (ids, guint, i), <,
                      pz_tokenizer_get_vocab_size (tokenizer));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *vocab = (const char *) data;
  const char *end = vocab + size;
  const char *merges = memmem (vocab, size, BETWEEN, strlen (BETWEEN));
  const char *text =
    merges != NULL ? memmem (merges + 1, (gsize) (end - merges - 1), BETWEEN, strlen (BETWEEN))
                   : NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTokenizer) tokenizer = NULL;

  if (text == NULL)
    return 0;
  folder = g_dir_make_tmp ("pz-fuzz-XXXXXX", NULL);
  put (folder, "vocab.json", vocab, (gsize) (merges - vocab));
  merges += strlen (BETWEEN);
  put (folder, "merges.txt", merges, text > merges ? (gsize) (text - merges) : 0);
  text += strlen (BETWEEN);
  tokenizer = pz_tokenizer_open (folder, &error);
  g_assert_true ((tokenizer == NULL) == (error != NULL));
  if (tokenizer != NULL)
    try_text (tokenizer, text, (gsize) (end - text));
  drop (folder, "vocab.json");
  drop (folder, "merges.txt");
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return 0;
}
