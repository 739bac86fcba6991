/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/clip-vocabulary.h"

#include <gio/gio.h>
#include <string.h>

#include "tokenizer-resource.h"

#define RESOURCE "/gimp-personalize/clip-merges.txt.gz"

char *
pz_clip_vocabulary_merges (void)
{
  g_autoptr (GInputStream) packed =
    g_resource_open_stream (pz_tokenizer_get_resource (), RESOURCE,
                            G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GZlibDecompressor) gunzip =
    g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GOutputStream) all = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) text = NULL;
  gssize n_bytes;

  g_assert (packed != NULL);
  text = g_converter_input_stream_new (packed, G_CONVERTER (gunzip));
  n_bytes = g_output_stream_splice (all, text, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);
  g_assert (n_bytes > 0);
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (all)),
                    (gsize) n_bytes);
}

gboolean
pz_clip_byte_is_visible (guint byte)
{
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

void
pz_clip_byte_letters (gunichar letters[256])
{
  gunichar next = 0x100;

  for (guint byte = 0; byte < 256; byte++)
    letters[byte] = pz_clip_byte_is_visible (byte) ? byte : next++;
}

/* Printable bytes first, then the others. */
static void
add_bytes (GPtrArray *tokens, const char *ending)
{
  gunichar letters[256];

  pz_clip_byte_letters (letters);
  for (guint pass = 0; pass < 2; pass++)
    for (guint byte = 0; byte < 256; byte++)
      {
        char text[7] = { 0 };

        if (pz_clip_byte_is_visible (byte) != (pass == 0))
          continue;
        g_unichar_to_utf8 (letters[byte], text);
        g_ptr_array_add (tokens, g_strconcat (text, ending, NULL));
      }
}

GPtrArray *
pz_clip_vocabulary_tokens (const char *merges)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);
  const char *line = strchr (merges, '\n'); /* after "#version: 0.2" */

  add_bytes (tokens, "");
  add_bytes (tokens, "</w>");
  while (line != NULL && line[1] != '\0')
    {
      const char *left = line + 1;
      const char *space = strchr (left, ' ');
      const char *right = space + 1;

      line = strchr (right, '\n');
      g_ptr_array_add (tokens, g_strdup_printf ("%.*s%.*s", (int) (space - left), left,
                                                (int) strcspn (right, "\n"), right));
    }
  g_ptr_array_add (tokens, g_strdup ("<|startoftext|>"));
  g_ptr_array_add (tokens, g_strdup ("<|endoftext|>"));
  return tokens;
}
