/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares with values drawn by PyTorch's CPU generator (tests/reference/noise.py).
 */
#include <math.h>

#include "models/tasks/noise.h"

/* PyTorch's vectorised logarithm, sine and cosine differ in the last bits; values are up to 5. */
#define TOLERANCE 1e-6
#define KEPT 48
#define KEPT_FIRST 8

static void
check_line (const char *line, PzNoise *noise)
{
  g_auto (GStrv) columns = g_strsplit (line, "\t", 4);
  guint64 seed = g_ascii_strtoull (columns[0], NULL, 10);
  gsize n = g_ascii_strtoull (columns[2], NULL, 10);
  g_auto (GStrv) expected = g_strsplit (columns[3], " ", -1);
  g_autofree float *values = g_new (float, n);

  if (g_str_equal (columns[1], "0"))
    pz_noise_init (noise, seed);
  pz_noise_normal (noise, n, values);
  g_assert_cmpuint (g_strv_length (expected), ==, MIN (n, KEPT));
  for (gsize i = 0; expected[i] != NULL; i++)
    {
      gsize at = n > KEPT && i >= KEPT_FIRST ? n - KEPT + i : i;
      double difference = (double) values[at] - g_ascii_strtod (expected[i], NULL);

      if (!(fabs (difference) <= TOLERANCE))
        g_error ("seed %s, draw %s of %zu numbers: number %zu is %.9g, expected %s", columns[0],
                 columns[1], n, at, (double) values[at], expected[i]);
    }
}

static void
test_against_torch (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "noise.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  PzNoise noise;
  guint n_checked = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#' && lines[i][0] != '\0')
      {
        check_line (lines[i], &noise);
        n_checked++;
      }
  g_assert_cmpuint (n_checked, ==, 27);
}

static void
test_statistics (void)
{
  const gsize n = 1 << 18;
  g_autofree float *values = g_new (float, n);
  double sum = 0.0, squares = 0.0;
  PzNoise noise;

  pz_noise_init (&noise, 99);
  pz_noise_normal (&noise, n, values);
  for (gsize i = 0; i < n; i++)
    {
      sum += (double) values[i];
      squares += (double) values[i] * (double) values[i];
    }
  /* Five standard errors. */
  g_assert_cmpfloat_with_epsilon (sum / (double) n, 0.0, 5.0 / sqrt ((double) n));
  g_assert_cmpfloat_with_epsilon (squares / (double) n, 1.0, 5.0 * sqrt (2.0 / (double) n));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise/a-seed-means-what-it-means-in-pytorch", test_against_torch);
  g_test_add_func ("/noise/numbers-are-normal", test_statistics);
  return g_test_run ();
}
