/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's published tokenizer as a folder in the format of Stable Diffusion models, made from the table of byte pairs in
 * data/tokenizer.
 */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

/* The text of the table of byte pairs. (transfer full) */
static inline char *
clip_read_merges (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "tokenizer",
                                                 "clip-merges.txt.gz", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, NULL);
  g_autoptr (GZlibDecompressor) gunzip =
    g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GOutputStream) all = g_memory_output_stream_new_resizable ();

  g_assert_nonnull (packed);
  stream = g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (gunzip));
  g_assert_cmpint (g_output_stream_splice (all, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                           NULL, NULL),
                   >, 0);
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (all)),
                    g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (all)));
}

/* Ids are in the order of the published table: visible bytes, other bytes, both again with the end-of-word mark, then every
 * pair, then begin and end. Adds the bytes with `ending`. */
static inline void
clip_add_bytes (JsonObject *vocab, const char *ending)
{
  for (guint visible = 2; visible-- > 0;)
    for (guint byte = 0, hidden = 0; byte < 256; byte++)
      {
        gboolean is_visible =
          (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        gunichar letter = is_visible ? byte : 256 + hidden++;
        char text[16] = { 0 };

        if (is_visible != (visible == 1))
          continue;
        g_strlcpy (text + g_unichar_to_utf8 (letter, text), ending, 8);
        json_object_set_int_member (vocab, text, json_object_get_size (vocab));
      }
}

static inline void
clip_write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
}

/* A new temporary folder. (transfer full) */
static inline char *
clip_make_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-clip-XXXXXX", NULL);
  g_autofree char *merges = clip_read_merges ();
  g_auto (GStrv) lines = g_strsplit (merges, "\n", -1);
  g_autoptr (JsonObject) vocab = json_object_new ();
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autofree char *text = NULL;

  clip_add_bytes (vocab, "");
  clip_add_bytes (vocab, "</w>");
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (lines[i], " ", 2);
      g_autofree char *token = g_strconcat (pair[0], pair[1], NULL);

      json_object_set_int_member (vocab, token, json_object_get_size (vocab));
    }
  json_object_set_int_member (vocab, "<|startoftext|>", json_object_get_size (vocab));
  json_object_set_int_member (vocab, "<|endoftext|>", json_object_get_size (vocab));
  json_node_init_object (root, vocab);
  text = json_to_string (root, FALSE);
  clip_write_file (folder, "vocab.json", text);
  clip_write_file (folder, "merges.txt", merges);
  return g_steal_pointer (&folder);
}

/* Removes the folder and every file that a test may have written to it. */
static inline void
clip_remove_folder (const char *folder)
{
  static const char *const names[] = { "vocab.json", "merges.txt", "special_tokens_map.json",
                                       "tokenizer_config.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}
