/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replay NAME FOLDER: runs the harness on every file of the folder, and on a fixed number of seeded random mutations of each. A
 * failure is a crash or a failed assertion.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define N_MUTANTS 150
#define MAX_CHANGES 4

/* Bytes that have a meaning in one of the parsers. */
static const char interesting[] = "{}[]\":,0129.-eE\\ \t\nS'<|>\xff\x7f\x80";

static void
replay_file (gconstpointer path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const guint8 *) bytes, size), ==, 0);
}

/* Overwrites or inserts one byte, or truncates. */
static void
change (GRand *rand, GByteArray *bytes)
{
  const guint at = bytes->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint) bytes->len) : 0;
  const guint8 byte = g_rand_boolean (rand)
                        ? (guint8) interesting[g_rand_int_range (rand, 0, sizeof interesting)]
                        : (guint8) g_rand_int_range (rand, 0, 256);

  if (bytes->len > 0 && g_rand_int_range (rand, 0, 8) == 0)
    g_byte_array_set_size (bytes, at);
  else if (bytes->len > 0 && g_rand_boolean (rand))
    bytes->data[at] = byte;
  else
    {
      g_byte_array_append (bytes, &byte, 1);
      memmove (bytes->data + at + 1, bytes->data + at, bytes->len - 1 - at);
      bytes->data[at] = byte;
    }
}

static void
replay_mutants (gconstpointer path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_str_hash (name));
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (guint i = 0; i < N_MUTANTS; i++)
    {
      g_autoptr (GByteArray) mutant = g_byte_array_new ();
      const guint n_changes = 1 + i % MAX_CHANGES;

      g_byte_array_append (mutant, (const guint8 *) bytes, (guint) size);
      for (guint j = 0; j < n_changes; j++)
        change (rand, mutant);
      g_assert_cmpint (LLVMFuzzerTestOneInput (mutant->data, mutant->len), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;
  guint n_files = 0;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  folder = g_dir_open (argv[2], 0, NULL);
  g_assert_nonnull (folder);
  for (; (name = g_dir_read_name (folder)) != NULL; n_files++)
    {
      char *path = g_build_filename (argv[2], name, NULL);
      g_autofree char *whole = g_strdup_printf ("/fuzz/%s/%s-holds", argv[1], name);
      g_autofree char *changed = g_strdup_printf ("/fuzz/%s/changes-of-%s-hold", argv[1], name);

      g_test_add_data_func (whole, path, replay_file);
      g_test_add_data_func_full (changed, path, replay_mutants, g_free);
    }
  g_assert_cmpuint (n_files, >, 0);
  return g_test_run ();
}
