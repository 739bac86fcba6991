/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/text-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
fail (int fd, const char *path, const char *reason, GError **error)
{
  if (fd >= 0)
    close (fd);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: cannot read: %s", path, reason);
  return NULL;
}

char *
pz_text_file_read (const char *path, gsize max_bytes, gsize *length, GError **error)
{
  g_autofree char *text = NULL;
  gsize n_bytes = 0;
  gssize got;
  struct stat status;
  /* O_NONBLOCK: opening a FIFO must not block. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &status) != 0)
    return fail (fd, path, g_strerror (errno), error);
  if (!S_ISREG (status.st_mode))
    return fail (fd, path, S_ISDIR (status.st_mode) ? "a folder, not a file" : "not a file",
                 error);
  if ((guint64) status.st_size > max_bytes)
    {
      g_autofree char *reason = g_strdup_printf ("at most %" G_GSIZE_FORMAT
                                                 " bytes expected, %" G_GUINT64_FORMAT " found",
                                                 max_bytes, (guint64) status.st_size);

      return fail (fd, path, reason, error);
    }
  text = g_malloc ((gsize) status.st_size + 1);
  while ((got = read (fd, text + n_bytes, (gsize) status.st_size - n_bytes)) != 0)
    {
      if (got > 0)
        n_bytes += (gsize) got;
      else if (errno != EINTR)
        return fail (fd, path, g_strerror (errno), error);
    }
  close (fd);
  text[n_bytes] = '\0';
  if (length != NULL)
    *length = n_bytes;
  return g_steal_pointer (&text);
}
