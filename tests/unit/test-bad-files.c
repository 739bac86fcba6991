/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test-bad-files SCRIPT: reads the files that bad-files.py creates. Each broken file is rejected with the expected message,
 * quickly and with little memory; each good one has w = 0, 1, 2, 3.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "models/files/embedding-file.h"
#include "tests/unit/remove-tree.h"

/* The largest pickle that is read completely has 1000000 values of about 100 bytes. */
#define MOST_GROWTH_KIB (256 * 1024)

#define LATER "later: "
#define WORDS "words: "
/* CPU time. The read budget limits a file to a second or two; reading that never ends exceeds any limit. */
#define MOST_SECONDS 10.0

static char *folder;

static glong
peak_kib (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss;
}

static void
assert_good (const PzTensorFile *file)
{
  const PzFileTensor *w = pz_tensor_file_lookup (file, "w");
  g_autoptr (GError) error = NULL;
  float values[4];

  g_assert_nonnull (w);
  g_assert_cmpuint (w->n_elements, ==, 4);
  pz_tensor_file_read_f32 (file, w, 0, 4, values, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (values[i], ==, (float) i);
}

static void
assert_refused (const GError *error, const char *sentence)
{
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, folder));
  if (strstr (error->message, sentence) == NULL)
    g_error ("\"%s\" expected in: %s", sentence, error->message);
}

/* Expects that a tensor is listed in the file but cannot be read. */
static void
assert_unreadable (const PzTensorFile *file, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  const PzFileTensor *w = pz_tensor_file_lookup (file, "w");
  float values[4];

  g_assert_false (pz_tensor_file_read_f32 (file, w, 0, MIN (w->n_elements, 4), values, &error));
  assert_refused (error, sentence);
}

/* Expects that the file, which can be opened, is rejected as a file of learned words. */
static void
assert_no_words (const char *path, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pz_embedding_file_read (path, NULL, &error));
  assert_refused (error, sentence);
}

/* Checks the file of one line of expected.txt. */
static void
check_file (const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", 2);
  g_autofree char *path = g_build_filename (folder, parts[0], NULL);
  g_autoptr (GError) error = NULL;
  const glong before = peak_kib ();
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, &error);

  if (strcmp (parts[1], "ok") == 0)
    {
      g_assert_no_error (error);
      assert_good (file);
      return;
    }
  if (g_str_has_prefix (parts[1], LATER))
    {
      g_assert_no_error (error);
      assert_unreadable (file, parts[1] + strlen (LATER));
      return;
    }
  if (g_str_has_prefix (parts[1], WORDS))
    {
      g_assert_no_error (error);
      assert_no_words (path, parts[1] + strlen (WORDS));
    }
  else
    {
      g_assert_null (file);
      assert_refused (error, parts[1]);
    }
  g_assert_cmpint (peak_kib () - before, <, MOST_GROWTH_KIB);
}

static void
test_file (gconstpointer line)
{
  const clock_t before = clock ();

  check_file (line);
  g_assert_cmpfloat ((double) (clock () - before) / CLOCKS_PER_SEC, <, MOST_SECONDS);
}

static void
make_files (const char *script)
{
  const char *const argv[] = { "python3", "-B", script, folder, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *list = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_make_tmp ("pz-bad-files-XXXXXX", NULL);
  g_assert_nonnull (folder);
  make_files (argv[1]);
  list = g_build_filename (folder, "expected.txt", NULL);
  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i][0] != '\0'; i++)
    {
      g_autofree char *name = g_strndup (lines[i], strcspn (lines[i], "\t"));
      const gboolean is_good = g_str_has_suffix (lines[i], "\tok");
      g_autofree char *path =
        g_strdup_printf ("/bad-files/%s-is-%s", name, is_good ? "read" : "refused-by-name");

      g_test_add_data_func (path, lines[i], test_file);
    }
  result = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return result;
}
