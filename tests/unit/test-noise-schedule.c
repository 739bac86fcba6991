/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares signal and noise at training timesteps with values computed in double from the published formula.
 */
#include <stdio.h>

#include "models/tasks/noise-schedule.h"

static void
test_schedule (void)
{
  static const struct
  {
    guint t;
    double alpha, sigma;
  } expected[] = {
    { 0, 0.99914998, 0.029168 },    { 1, 0.99829602, 0.041314 }, { 259, 0.65897524, 0.0 },
    { 499, 0.27766943, 1.612887 },  { 759, 0.05221289, 0.0 },    { 981, 0.00577550, 13.120416 },
    { 999, 0.00466010, 14.614647 },
  };
  PzScheduleConfig config = { 0 };
  PzNoiseSchedule schedule;
  g_autoptr (GError) error = NULL;

  pz_schedule_config_read (NULL, &config, &error);
  g_assert_no_error (error);
  pz_noise_schedule_init (&schedule, &config);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      /* The expected values were computed from betas in f32, whose rounding errors add up. */
      g_assert_cmpfloat_with_epsilon (schedule.alphas_cumprod[expected[i].t], expected[i].alpha,
                                      5e-7);
      if (expected[i].sigma > 0.0)
        g_assert_cmpfloat_with_epsilon (pz_noise_schedule_sigma (&schedule, expected[i].t),
                                        expected[i].sigma, 2e-6 * expected[i].sigma + 1e-6);
    }
}

static const struct
{
  const char *json;
  PzError code;
} bad_schedules[] = {
  { "{\"prediction_type\": \"sample\"}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"beta_schedule\": \"squaredcos_cap_v2\"}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"trained_betas\": [0.1]}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"rescale_betas_zero_snr\": true}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"num_train_timesteps\": 4000}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"num_train_timesteps\": 0}", PZ_ERROR_UNSUPPORTED_MODEL },
  { "{\"beta_end\": 1.5}", PZ_ERROR_BAD_FILE },
  { "{\"beta_start\": 0}", PZ_ERROR_BAD_FILE },
  { "{\"original_inference_steps\": 0}", PZ_ERROR_BAD_FILE },
  { "{\"original_inference_steps\": 1001}", PZ_ERROR_BAD_FILE },
};

static void
test_bad_schedules (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-schedule-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "scheduler_config.json", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad_schedules); i++)
    {
      PzScheduleConfig config = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents_full (path, bad_schedules[i].json, -1,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      g_assert_false (pz_schedule_config_read (path, &config, &error));
      g_assert_error (error, PZ_ERROR, (int) bad_schedules[i].code);
      g_assert_true (g_str_has_prefix (error->message, path));
    }
  g_assert_cmpint (remove (path), ==, 0);
  g_assert_cmpint (remove (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise-schedule/stable-diffusion's-has-its-published-values",
                   test_schedule);
  g_test_add_func ("/noise-schedule/schedules-we-do-not-have-are-refused", test_bad_schedules);
  return g_test_run ();
}
