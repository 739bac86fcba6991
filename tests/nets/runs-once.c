/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often each program of a picture runs: parts that do not depend on the step run once per prompt, parts that do not depend
 * on the variant once for all variants.
 */
#include "compute/run.h"
#include "models/session.h"

#define VARIANTS 3
#define STEPS 2
#define SIDE 64 /* decoded without tiles */

static void
on_ran (PzProgram *program, gpointer runs)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (runs, program));

  g_hash_table_insert (runs, program, GUINT_TO_POINTER (n + 1));
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  (void) variant;
  (void) data;
  (void) error;
  return TRUE;
}

static guint
programs_that_ran (GHashTable *runs, guint times)
{
  GHashTableIter iter;
  gpointer n;
  guint found = 0;

  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, &n))
    found += GPOINTER_TO_UINT (n) == times;
  return found;
}

static void
test_each_program_runs_as_often_as_it_must (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) runs = g_hash_table_new (NULL, NULL);
  g_autoptr (PzSession) session =
    pz_session_open (&(PzSessionParams) { .model = data, .validate = TRUE }, &error);
  const PzGenerateParams params = {
    .prompt = "a red ball",
    .variants = VARIANTS,
    .steps = STEPS,
    .guidance = -1.0,
    .fidelity = -1.0,
    .width = SIDE,
    .height = SIDE,
  };

  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_assert_no_error (error);
  pz_gpu_watch (pz_session_get_gpu (session), FALSE, on_ran, runs);
  for (guint prompt = 1; prompt <= 2; prompt++)
    {
      g_assert_true (pz_session_generate (session, &params, NULL, 0, NULL, on_variant, NULL,
                                          &error));
      /* Three programs: text encoder with keys and values; denoiser; decoder. */
      g_assert_cmpuint (g_hash_table_size (runs), ==, 3);
      g_assert_cmpuint (programs_that_ran (runs, prompt), ==, 1);
      g_assert_cmpuint (programs_that_ran (runs, prompt * VARIANTS * STEPS), ==, 1);
      g_assert_cmpuint (programs_that_ran (runs, prompt * VARIANTS), ==, 1);
    }
  g_assert_cmpuint (pz_session_get_validation_messages (session), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_test_add_data_func ("/nets/each-program-runs-as-often-as-it-must", argv[1],
                        test_each_program_runs_as_often_as_it_must);
  return g_test_run ();
}
