/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "models/files/safetensors.h"

#define HEADER_ALIGNMENT 8 /* aligns the tensors for readers that map the file */

static guint64
n_bytes_of (const PzSafetensorF32 *tensor)
{
  guint64 n_bytes = sizeof (float);

  for (guint i = 0; i < tensor->n_dims; i++)
    n_bytes *= tensor->dims[i];
  return n_bytes;
}

static void
add_tensor (JsonBuilder *builder, const PzSafetensorF32 *tensor, guint64 begin)
{
  json_builder_set_member_name (builder, tensor->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, "F32");
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tensor->n_dims; i++)
    json_builder_add_int_value (builder, (gint64) tensor->dims[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64) begin);
  json_builder_add_int_value (builder, (gint64) (begin + n_bytes_of (tensor)));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Padded with spaces, as the format allows. */
static GString *
make_header (const PzSafetensorF32 tensors[], guint n_tensors, const char *const *metadata)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  GString *header;
  guint64 begin = 0;

  json_builder_begin_object (builder);
  if (metadata != NULL && metadata[0] != NULL)
    {
      json_builder_set_member_name (builder, "__metadata__");
      json_builder_begin_object (builder);
      for (guint i = 0; metadata[i] != NULL; i += 2)
        {
          json_builder_set_member_name (builder, metadata[i]);
          json_builder_add_string_value (builder, metadata[i + 1]);
        }
      json_builder_end_object (builder);
    }
  for (guint i = 0; i < n_tensors; begin += n_bytes_of (&tensors[i]), i++)
    add_tensor (builder, &tensors[i], begin);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  header = g_string_new (text);
  while (header->len % HEADER_ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  return header;
}

static gboolean
write_all (int fd, gconstpointer data, guint64 n_bytes)
{
  const guint8 *from = data;

  while (n_bytes > 0)
    {
      gssize put = write (fd, from, MIN (n_bytes, 1u << 30));

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return FALSE;
      from += put;
      n_bytes -= (guint64) put;
    }
  return TRUE;
}

static gboolean
write_floats (int fd, const float *values, guint64 n_bytes)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  return write_all (fd, values, n_bytes);
#else
  for (guint64 i = 0; i < n_bytes / sizeof (float); i++)
    {
      guint32 bits;

      memcpy (&bits, &values[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      if (!write_all (fd, &bits, sizeof bits))
        return FALSE;
    }
  return TRUE;
#endif
}

static gboolean
write_file (int fd, const GString *header, const PzSafetensorF32 tensors[], guint n_tensors)
{
  guint64 length = GUINT64_TO_LE ((guint64) header->len);

  if (!write_all (fd, &length, sizeof length) || !write_all (fd, header->str, header->len))
    return FALSE;
  for (guint i = 0; i < n_tensors; i++)
    if (!write_floats (fd, tensors[i].values, n_bytes_of (&tensors[i])))
      return FALSE;
  /* A full disk may only be reported here. */
  return fsync (fd) == 0;
}

gboolean
pz_safetensors_write (const char *path,
                      const PzSafetensorF32 tensors[],
                      guint n_tensors,
                      const char *const *metadata,
                      GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  g_autoptr (GString) header = make_header (tensors, n_tensors, metadata);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0666);
  int code = 0;

  if (fd < 0)
    code = errno;
  else
    {
      if (!write_file (fd, header, tensors, n_tensors))
        code = errno;
      if (close (fd) != 0 && code == 0)
        code = errno;
      if (code == 0 && g_rename (temporary, path) != 0)
        code = errno;
      if (code != 0)
        g_unlink (temporary);
    }
  if (code != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: cannot write: %s", path,
                 g_strerror (code));
  return code == 0;
}
