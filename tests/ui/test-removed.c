/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Removes and restores files, with the trash and on a file system without one.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "ui/store/removed-file.h"

static char *base; /* the user's data folder */

static char *
make_file (const char *name, const char *text)
{
  char *path = g_build_filename (base, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
check_text (const char *path, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static guint
count_below (const char *name)
{
  g_autofree char *path = g_build_filename (base, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

/* Two files with the same name, which have different names in the trash. */
static void
test_from_the_trash (void)
{
  g_autofree char *path = make_file ("duck", "first");
  g_autoptr (GError) error = NULL;
  g_autoptr (PzRemovedFile) first = pz_removed_file_new (path, &error), second = NULL;

  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  if (!pz_removed_file_is_in_trash (first))
    {
      g_test_skip ("this disk has no trash");
      return;
    }
  g_free (make_file ("duck", "second"));
  second = pz_removed_file_new (path, NULL);
  g_assert_true (pz_removed_file_restore (first, &error));
  check_text (path, "first");
  g_assert_false (pz_removed_file_restore (second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_unlink (path);
  g_assert_true (pz_removed_file_restore (second, NULL));
  check_text (path, "second");
  g_assert_cmpuint (count_below ("Trash/files"), ==, 0);
  g_assert_cmpuint (count_below ("Trash/info"), ==, 0);
  g_unlink (path);
}

static void
test_what_is_not_there (void)
{
  g_autofree char *path = g_build_filename (base, "nothing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pz_removed_file_new (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* The caller sets HOME to another file system: GIO then has no trash for the files of this test. */
static void
test_held (void)
{
  g_autofree char *path = make_file ("duck", "first");
  g_autofree char *other = make_file ("goose", "second");
  g_autoptr (GError) error = NULL;
  PzRemovedFile *removed = pz_removed_file_new (path, &error);

  g_assert_no_error (error);
  if (pz_removed_file_is_in_trash (removed))
    {
      pz_removed_file_free (removed);
      g_test_skip ("this disk has a trash of its own");
      return;
    }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_below ("gimp-personalize/removed"), ==, 1);
  g_assert_true (pz_removed_file_restore (removed, &error));
  check_text (path, "first");
  pz_removed_file_free (removed);
  removed = pz_removed_file_new (other, &error);
  g_assert_no_error (error);
  pz_removed_file_free (removed);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_below ("gimp-personalize/removed"), ==, 0); /* no held file is left */
  g_unlink (path);
}

static void
test_without_a_trash (void)
{
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "HOME", "/proc", TRUE);

  g_test_trap_subprocess_with_envp ("/removed/without-a-trash/subprocess",
                                    (const char *const *) environment, 0,
                                    G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  int status;
  g_autofree char *command = NULL;

  base = g_dir_make_tmp ("personalize-removed-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", base, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/removed/from-the-trash", test_from_the_trash);
  g_test_add_func ("/removed/what-is-not-there", test_what_is_not_there);
  g_test_add_func ("/removed/without-a-trash", test_without_a_trash);
  g_test_add_func ("/removed/without-a-trash/subprocess", test_held);
  status = g_test_run ();
  command = g_strdup_printf ("rm -rf '%s'", base);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  return status;
}
