/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_NAMES 1000000

/* ---- errors ---- */

static gboolean
fail (GError **error, const char *path, const char *what, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s: %s", path, what,
               g_strerror (code));
  return FALSE;
}

static gboolean
refuse (GError **error, GIOErrorEnum code, const char *path, const char *sentence)
{
  g_set_error (error, G_IO_ERROR, code, "%s: %s", path, sentence);
  return FALSE;
}

/* ---- checks ---- */

#define HIDDEN ".personalize-XXXXXX"

/* A template for a hidden file in that folder, for g_mkstemp_full (). (transfer full) */
static char *
temporary_name (const char *folder)
{
  return g_build_filename (folder, HIDDEN, NULL);
}

gboolean
pz_output_check_folder (const char *folder, GError **error)
{
  g_autofree char *nearest = g_canonicalize_filename (folder, NULL);
  g_autofree char *probe = NULL;
  struct stat status;
  int fd;

  while (lstat (nearest, &status) != 0 && errno == ENOENT)
    {
      char *parent = g_path_get_dirname (nearest);
      g_free (nearest);
      nearest = parent;
    }
  if (!g_file_test (nearest, G_FILE_TEST_IS_DIR))
    return refuse (error, G_IO_ERROR_NOT_DIRECTORY, nearest,
                   "expected a folder, found something else");
  /* Permissions do not show that a file system is read-only or virtual. */
  probe = temporary_name (nearest);
  fd = g_mkstemp_full (probe, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, nearest, "expected a folder that takes new files, found", errno);
  close (fd);
  g_unlink (probe);
  return TRUE;
}

/* Checks the name only, not the folder. */
static gboolean
check_name (const char *path, gboolean force, GError **error)
{
  struct stat status;

  if (lstat (path, &status) != 0)
    return errno == ENOENT || fail (error, path, "cannot be written", errno);
  if (S_ISLNK (status.st_mode))
    return refuse (error, G_IO_ERROR_EXISTS, path, "expected a new file, found a link");
  if (!S_ISREG (status.st_mode))
    return refuse (error, G_IO_ERROR_NOT_REGULAR_FILE, path,
                   "expected a new file, found something else");
  if (!force)
    return refuse (error, G_IO_ERROR_EXISTS, path,
                   "expected a new file, found one; --force replaces it");
  /* Check the mode, because root may write to any file. */
  if ((status.st_mode & 0222) == 0)
    return refuse (error, G_IO_ERROR_READ_ONLY, path,
                   "expected a file that may be replaced, found a read-only one");
  return TRUE;
}

gboolean
pz_output_check_file (const char *path, gboolean force, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_has_suffix (path, G_DIR_SEPARATOR_S))
    return refuse (error, G_IO_ERROR_NOT_REGULAR_FILE, path,
                   "expected the name of a file, found that of a folder");
  return pz_output_check_folder (folder, error) && check_name (path, force, error);
}

/* ---- writing ---- */

static gboolean
write_all (int fd, const char *data, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      gssize done = write (fd, data, n_bytes);

      if (done < 0 && errno != EINTR)
        return FALSE;
      data += MAX (done, 0);
      n_bytes -= (gsize) MAX (done, 0);
    }
  return fsync (fd) == 0 || errno == EINVAL; /* EINVAL: the file cannot be synchronised */
}

gboolean
pz_output_make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_mkdir_with_parents (folder, 0777) == 0
         || fail (error, folder, "expected a folder to write to, found", errno);
}

/* Creates an empty file, named from the template, and the folder of `path`. Errors name `path`. */
static gboolean
open_temporary (const char *path, char *template, int *fd, GError **error)
{
  if (!pz_output_make_folder (path, error))
    return FALSE;
  *fd = g_mkstemp_full (template, O_WRONLY | O_CLOEXEC, 0666);
  return *fd >= 0 || fail (error, path, "cannot write", errno);
}

/* Writes a complete file under a hidden name in the folder of `path`. Errors name `path`. (transfer full) */
static char *
write_temporary (const char *path, const void *data, gsize n_bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = temporary_name (folder);
  int fd, code = 0;

  if (!open_temporary (path, temporary, &fd, error))
    return NULL;
  if (!write_all (fd, data, n_bytes))
    code = errno;
  if (close (fd) != 0 && code == 0)
    code = errno;
  if (code == 0)
    return g_steal_pointer (&temporary);
  g_unlink (temporary);
  fail (error, path, "cannot write", code);
  return NULL;
}

/* Renames the file if nothing has that name yet. Returns 0 or an errno. */
static int
claim (const char *temporary, const char *path)
{
  int fd;

  if (link (temporary, path) == 0)
    {
      g_unlink (temporary);
      return 0;
    }
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
    return errno;
  /* No hard links here (FAT): reserve the name with an empty file first. */
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return errno;
  close (fd);
  if (rename (temporary, path) == 0)
    return 0;

  int code = errno;
  g_unlink (path);
  return code;
}

char *
pz_output_add (const char *folder,
               const char *stem,
               const char *suffix,
               const void *data,
               gsize n_bytes,
               GError **error)
{
  g_autofree char *first = g_strdup_printf ("%s.%s", stem, suffix);
  g_autofree char *path = g_build_filename (folder, first, NULL);
  g_autofree char *temporary = write_temporary (path, data, n_bytes, error);
  int code;

  if (temporary == NULL)
    return NULL;
  code = claim (temporary, path);
  for (guint i = 2; code == EEXIST && i <= MOST_NAMES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u.%s", stem, i, suffix);

      g_free (path);
      path = g_build_filename (folder, name, NULL);
      code = claim (temporary, path);
    }
  if (code == 0)
    return g_steal_pointer (&path);
  g_unlink (temporary);
  fail (error, path, "cannot write", code);
  return NULL;
}

/* Renames a complete file to its final name; deletes it on failure. */
static gboolean
settle (const char *temporary, const char *path, gboolean force, GError **error)
{
  int code = 0;

  /* Check again: minutes may have passed. */
  if (!check_name (path, force, error))
    {
      g_unlink (temporary);
      return FALSE;
    }
  if (force)
    code = rename (temporary, path) == 0 ? 0 : errno;
  else
    code = claim (temporary, path);
  if (code == 0)
    return TRUE;
  g_unlink (temporary);
  return fail (error, path, "cannot write", code);
}

gboolean
pz_output_write (const char *path,
                 gboolean force,
                 const void *data,
                 gsize n_bytes,
                 GError **error)
{
  g_autofree char *temporary = write_temporary (path, data, n_bytes, error);

  return temporary != NULL && settle (temporary, path, force, error);
}

/* Replaces the hidden name in the error message by the real one. */
static void
rename_in (GError *error, const char *temporary, const char *path)
{
  g_autoptr (GString) message = g_string_new (error->message);

  g_string_replace (message, temporary, path, 0);
  g_set_str (&error->message, message->str);
}

gboolean
pz_output_make (const char *path,
                gboolean force,
                PzOutputFunc make,
                gpointer data,
                GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *hidden =
    g_strconcat (HIDDEN "-", base, NULL); /* keeps the extension, which selects the format */
  g_autofree char *temporary = g_build_filename (folder, hidden, NULL);
  GError *reason = NULL;
  int fd;

  if (!open_temporary (path, temporary, &fd, error))
    return FALSE;
  close (fd);
  if (make (temporary, data, &reason))
    return settle (temporary, path, force, error);
  g_unlink (temporary);
  rename_in (reason, temporary, path);
  g_propagate_error (error, reason);
  return FALSE;
}
