/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/byte-source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES_A_CALL (1u << 30)

typedef struct
{
  PzByteSource base;
  int fd;
} FileSource;

gpointer
pz_byte_source_new (const PzByteSourceClass *klass,
                    gsize size,
                    const char *path,
                    guint64 n_bytes)
{
  PzByteSource *source = g_malloc0 (size);

  source->klass = klass;
  g_atomic_ref_count_init (&source->refs);
  source->path = g_strdup (path);
  source->n_bytes = n_bytes;
  return source;
}

void
pz_byte_source_unref (PzByteSource *source)
{
  if (source == NULL || !g_atomic_ref_count_dec (&source->refs))
    return;
  source->klass->clear (source);
  g_free (source->path);
  g_free (source);
}

const char *
pz_byte_source_get_path (const PzByteSource *source)
{
  return source->path;
}

guint64
pz_byte_source_get_n_bytes (const PzByteSource *source)
{
  return source->n_bytes;
}

gboolean
pz_byte_source_read (PzByteSource *source,
                     guint64 offset,
                     gsize n,
                     gpointer data,
                     GError **error)
{
  if (offset <= source->n_bytes && n <= source->n_bytes - offset)
    return source->klass->read (source, offset, n, data, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: %" G_GSIZE_FORMAT " bytes expected at %" G_GUINT64_FORMAT
               ", but it ends at %" G_GUINT64_FORMAT ": truncated?",
               source->path, n, offset, source->n_bytes);
  return FALSE;
}

/* ---- files ---- */

static gboolean
read_file (PzByteSource *source, guint64 offset, gsize n, gpointer data, GError **error)
{
  guint8 *to = data;

  while (n > 0)
    {
      const int fd = ((FileSource *) source)->fd;
      const gssize got = pread (fd, to, MIN (n, MOST_BYTES_A_CALL), (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          const int code = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: cannot read: %s",
                       source->path, g_strerror (code));
          return FALSE;
        }
      if (got == 0)
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                       "%s: the file became shorter: %" G_GUINT64_FORMAT " bytes expected",
                       source->path, source->n_bytes);
          return FALSE;
        }
      to += got;
      offset += (guint64) got;
      n -= (gsize) got;
    }
  return TRUE;
}

static void
close_file (PzByteSource *source)
{
  close (((FileSource *) source)->fd);
}

static const PzByteSourceClass file_class = { read_file, close_file };

PzByteSource *
pz_byte_source_open (const char *path, GError **error)
{
  /* O_NONBLOCK: opening a FIFO must not block. */
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  FileSource *source;

  if (fd >= 0 && fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    {
      source = pz_byte_source_new (&file_class, sizeof *source, path, (guint64) status.st_size);
      source->fd = fd;
      return &source->base;
    }
  if (fd < 0)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: cannot open: %s", path,
                 g_strerror (errno));
  else
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: a file expected, %s found", path,
                   S_ISDIR (status.st_mode) ? "a folder" : "something else");
      close (fd);
    }
  return NULL;
}

gboolean
pz_byte_source_is_file (const PzByteSource *source)
{
  return source->klass == &file_class;
}

int
pz_byte_source_get_fd (const PzByteSource *source)
{
  g_return_val_if_fail (source->klass == &file_class, -1);

  return ((const FileSource *) source)->fd;
}
