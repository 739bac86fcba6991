/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Check values of the published schedulers, computed in double from their formulas, and the
 * formulas again, written out step by step as their papers have them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/tasks/sampler.h"

static void
make_schedule (PzNoiseSchedule *schedule, const char *json)
{
  PzScheduleConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  if (json == NULL)
    pz_schedule_config_read (NULL, &config, &error);
  else
    pz_config_parse (json, -1, "test", pz_schedule_config_fields, &config, &error);
  g_assert_no_error (error);
  pz_noise_schedule_init (schedule, &config);
}

static PzSamplerPlan *
make_plan (const char *name, const PzNoiseSchedule *schedule, guint n_steps)
{
  g_autoptr (GError) error = NULL;
  PzSamplerPlan *plan = pz_sampler_plan_new (name, schedule, n_steps, 7.5, &error);

  g_assert_no_error (error);
  return plan;
}

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
  PzNoiseSchedule schedule;

  make_schedule (&schedule, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      /* The values were made from betas in f32, whose rounding adds up. */
      g_assert_cmpfloat_with_epsilon (schedule.alphas_cumprod[expected[i].t], expected[i].alpha,
                                      5e-7);
      if (expected[i].sigma > 0.0)
        g_assert_cmpfloat_with_epsilon (pz_noise_schedule_sigma (&schedule, expected[i].t),
                                        expected[i].sigma, 2e-6 * expected[i].sigma + 1e-6);
    }
}

static void
assert_times (const PzSamplerPlan *plan, const double times[])
{
  for (guint i = 0; i < plan->n_steps; i++)
    g_assert_cmpfloat (plan->steps[i].timestep, ==, times[i]);
}

static void
test_ddim_values (void)
{
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;

  make_schedule (&schedule, NULL);
  plan = make_plan ("ddim", &schedule, 50);
  g_assert_cmpuint (plan->n_steps, ==, 50);
  g_assert_cmpfloat (plan->initial_scale, ==, 1.0);
  assert_times (plan,
                (double[]) { 981, 961, 941, 921, 901, 881, 861, 841, 821, 801, 781, 761, 741,
                             721, 701, 681, 661, 641, 621, 601, 581, 561, 541, 521, 501, 481,
                             461, 441, 421, 401, 381, 361, 341, 321, 301, 281, 261, 241, 221,
                             201, 181, 161, 141, 121, 101, 81,  61,  41,  21,  1 });
  g_assert_cmpfloat_with_epsilon (plan->steps[0].knobs[0], 1.122852f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (plan->steps[0].knobs[1], -0.123252f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (plan->steps[49].knobs[0], 1.000428f, 1e-6f);
  g_assert_cmpfloat_with_epsilon (plan->steps[49].knobs[1], -0.012142f, 1e-6f);
  for (guint i = 0; i < 50; i++)
    {
      g_assert_false (plan->steps[i].takes_noise);
      g_assert_cmpfloat (plan->steps[i].knobs[2], ==, 0.0f);
      g_assert_cmpfloat (plan->steps[i].knobs[3], ==, 7.5f);
    }
}

static void
test_spacings (void)
{
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) four = NULL, three = NULL, one = NULL, linear = NULL, all = NULL;

  make_schedule (&schedule, "{\"timestep_spacing\": \"trailing\"}");
  four = make_plan ("ddim", &schedule, 4);
  assert_times (four, (double[]) { 999, 749, 499, 249 });
  three = make_plan ("ddim", &schedule, 3);
  assert_times (three, (double[]) { 999, 666, 332 });
  one = make_plan ("ddim", &schedule, 1);
  assert_times (one, (double[]) { 999 });
  make_schedule (&schedule, "{\"timestep_spacing\": \"linspace\"}");
  linear = make_plan ("ddim", &schedule, 4);
  assert_times (linear, (double[]) { 999, 666, 333, 0 });
  make_schedule (&schedule, NULL);
  all = make_plan ("ddim", &schedule, 1000);
  g_assert_cmpfloat (all->steps[0].timestep, ==, 999.0);
}

static void
test_lcm_times (void)
{
  static const double times[][8] = {
    { 999 },
    { 999, 499 },
    { 999, 759, 499, 259 },
    { 999, 839, 679, 499, 339, 179 },
    { 999, 879, 759, 639, 499, 379, 259, 139 },
  };
  static const guint n_steps[] = { 1, 2, 4, 6, 8 };
  PzNoiseSchedule schedule;

  make_schedule (&schedule, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (n_steps); i++)
    {
      g_autoptr (PzSamplerPlan) plan = make_plan ("lcm", &schedule, n_steps[i]);

      assert_times (plan, times[i]);
      for (guint j = 0; j < n_steps[i]; j++)
        g_assert_true (plan->steps[j].takes_noise == (j + 1 < n_steps[i]));
    }
}

/* The step as the papers write it, on plain numbers. */
static double
ddim_by_hand (const PzNoiseSchedule *schedule, guint t, int next, double x, double pred)
{
  double a = schedule->alphas_cumprod[t];
  double a_next = next < 0
                    ? (schedule->config.set_alpha_to_one ? 1.0 : schedule->alphas_cumprod[0])
                    : schedule->alphas_cumprod[next];
  double epsilon = pred, picture;

  if (schedule->config.prediction_type == PZ_PREDICTS_V)
    {
      picture = sqrt (a) * x - sqrt (1.0 - a) * pred;
      epsilon = sqrt (a) * pred + sqrt (1.0 - a) * x;
    }
  else
    picture = (x - sqrt (1.0 - a) * pred) / sqrt (a);
  return sqrt (a_next) * picture + sqrt (1.0 - a_next) * epsilon;
}

static double
lcm_by_hand (const PzNoiseSchedule *schedule,
             guint t,
             int next,
             double x,
             double pred,
             double noise)
{
  double a = schedule->alphas_cumprod[t];
  double scaled = 10.0 * t;
  double c_skip = 0.25 / (scaled * scaled + 0.25);
  double c_out = scaled / sqrt (scaled * scaled + 0.25);
  double picture = schedule->config.prediction_type == PZ_PREDICTS_V
                     ? sqrt (a) * x - sqrt (1.0 - a) * pred
                     : (x - sqrt (1.0 - a) * pred) / sqrt (a);
  double denoised = c_out * picture + c_skip * x;

  if (next < 0)
    return denoised;
  return sqrt (schedule->alphas_cumprod[next]) * denoised
         + sqrt (1.0 - schedule->alphas_cumprod[next]) * noise;
}

static double
apply (const PzSamplerStep *step, double x, double pred, double noise)
{
  return (double) step->knobs[0] * x + (double) step->knobs[1] * pred
         + (double) step->knobs[2] * noise;
}

static const char *const configs[] = {
  NULL,
  "{\"prediction_type\": \"v_prediction\"}",
  "{\"prediction_type\": \"v_prediction\", \"set_alpha_to_one\": true, \"timestep_spacing\": \"trailing\"}",
};

static void
test_steps_by_hand (void)
{
  const double x = 0.7, pred = -1.3, noise = 0.45;

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    for (guint n = 1; n <= 30; n += 7)
      {
        PzNoiseSchedule schedule;
        g_autoptr (PzSamplerPlan) ddim = NULL, lcm = NULL;

        make_schedule (&schedule, configs[i]);
        ddim = make_plan ("ddim", &schedule, n);
        lcm = make_plan ("lcm", &schedule, n);
        for (guint j = 0; j < n; j++)
          {
            guint t = (guint) ddim->steps[j].timestep;
            double expected = ddim_by_hand (&schedule, t, (int) t - (int) (1000 / n), x, pred);
            int next = j + 1 < n ? (int) lcm->steps[j + 1].timestep : -1;

            /* Two products of f32 knobs up to about 15. */
            g_assert_cmpfloat_with_epsilon (apply (&ddim->steps[j], x, pred, noise), expected,
                                            2e-6 * (1.0 + fabs (expected)));
            expected =
              lcm_by_hand (&schedule, (guint) lcm->steps[j].timestep, next, x, pred, noise);
            g_assert_cmpfloat_with_epsilon (apply (&lcm->steps[j], x, pred, noise), expected,
                                            2e-6 * (1.0 + fabs (expected)));
          }
      }
}

/* A network that is never wrong leads both samplers to the picture. */
static void
test_perfect_network (void)
{
  const double picture = 0.3, noise = -1.1;

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    for (guint k = 0; pz_sampler_names ()[k] != NULL; k++)
      {
        PzNoiseSchedule schedule;
        g_autoptr (PzSamplerPlan) plan = NULL;
        double x, a, s;

        make_schedule (&schedule, configs[i]);
        plan = make_plan (pz_sampler_names ()[k], &schedule, 10);
        a = sqrt (schedule.alphas_cumprod[(guint) plan->steps[0].timestep]);
        x = a * picture + sqrt (1.0 - a * a) * noise;
        for (guint j = 0; j < plan->n_steps; j++)
          {
            double epsilon;

            a = sqrt (schedule.alphas_cumprod[(guint) plan->steps[j].timestep]);
            s = sqrt (1.0 - a * a);
            epsilon = (x - a * picture) / s;
            x = apply (&plan->steps[j], x,
                       schedule.config.prediction_type == PZ_PREDICTS_V
                         ? a * epsilon - s * picture
                         : epsilon,
                       0.2 * j - 1.0);
          }
        /* DDIM ends at the first time's noise where the model says so. */
        g_assert_cmpfloat_with_epsilon (x, picture, 0.05);
      }
}

static void
test_boundary (void)
{
  /* t = 19 -> c_skip 6.925e-6, c_out 0.9999965: x_0's own share of the last LCM step. */
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;
  double a, share;

  make_schedule (&schedule, NULL);
  plan = make_plan ("lcm", &schedule, 50);
  g_assert_cmpfloat (plan->steps[49].timestep, ==, 19.0);
  a = sqrt (schedule.alphas_cumprod[19]);
  share = (double) plan->steps[49].knobs[0] - 0.9999965 / a;
  g_assert_cmpfloat_with_epsilon (share, 6.925e-6, 2e-7);
}

static void
test_refused (void)
{
  PzNoiseSchedule schedule;
  g_autoptr (GError) error = NULL;

  make_schedule (&schedule, NULL);
  g_assert_null (pz_sampler_plan_new ("heun", &schedule, 4, 1.0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_cmpstr (error->message, ==, "sampler: expected one of lcm, ddim, found \"heun\"");
  g_clear_error (&error);
  g_assert_false (pz_sampler_check ("lcm", &schedule.config, 51, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "1 to 50"));
  g_clear_error (&error);
  g_assert_false (pz_sampler_check ("ddim", &schedule.config, 0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
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
  g_test_add_func ("/sampler/stable-diffusion's-schedule-has-its-published-values",
                   test_schedule);
  g_test_add_func ("/sampler/ddim-has-its-published-values", test_ddim_values);
  g_test_add_func ("/sampler/each-spacing-has-its-published-times", test_spacings);
  g_test_add_func ("/sampler/lcm-has-its-published-times", test_lcm_times);
  g_test_add_func ("/sampler/knobs-are-the-papers'-formulas-for-both-predictions",
                   test_steps_by_hand);
  g_test_add_func ("/sampler/a-perfect-network-leads-to-the-picture", test_perfect_network);
  g_test_add_func ("/sampler/lcm-keeps-its-boundary-condition", test_boundary);
  g_test_add_func ("/sampler/unknown-names-and-impossible-steps-are-refused", test_refused);
  g_test_add_func ("/sampler/schedules-we-do-not-have-are-refused", test_bad_schedules);
  return g_test_run ();
}
