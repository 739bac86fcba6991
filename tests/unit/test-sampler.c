/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares the steps of samplers with the formulas as given in their papers, and checks properties of all plans.
 */
#include <math.h>
#include <string.h>

#include "tests/unit/sampler-plans.h"

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

        sampler_schedule (&schedule, configs[i]);
        ddim = sampler_plan ("ddim", &schedule, n);
        lcm = sampler_plan ("lcm", &schedule, n);
        for (guint j = 0; j < n; j++)
          {
            guint t = (guint) ddim->steps[j].timestep;
            double expected = ddim_by_hand (&schedule, t, (int) t - (int) (1000 / n), x, pred);
            int next = j + 1 < n ? (int) lcm->steps[j + 1].timestep : -1;

            /* The error of two products with f32 knobs of up to about 15. */
            g_assert_cmpfloat_with_epsilon (apply (&ddim->steps[j], x, pred, noise), expected,
                                            2e-6 * (1.0 + fabs (expected)));
            expected =
              lcm_by_hand (&schedule, (guint) lcm->steps[j].timestep, next, x, pred, noise);
            g_assert_cmpfloat_with_epsilon (apply (&lcm->steps[j], x, pred, noise), expected,
                                            2e-6 * (1.0 + fabs (expected)));
          }
      }
}

/* For samplers that use only the last prediction, a late start has the same steps as the end of the full plan. */
static void
test_late (void)
{
  const char *const names[] = { "ddim", "euler", "euler-trailing" };
  PzNoiseSchedule schedule;

  sampler_schedule (&schedule, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PzSamplerPlan) all = sampler_plan (names[i], &schedule, 8);
      g_autoptr (PzSamplerPlan) late =
        pz_sampler_plan_new_late (names[i], &schedule, 8, 0.64, 7.5, NULL);

      g_assert_cmpuint (late->n_steps, ==, 5);
      for (guint step = 0; step < 5; step++)
        {
          const PzSamplerStep *found = &late->steps[step], *same = &all->steps[step + 3];

          g_assert_cmpmem (found, sizeof *found, same, sizeof *same);
          g_assert_cmpfloat_with_epsilon (found->from_a * found->from_a
                                            + found->from_s * found->from_s,
                                          1.0, 1e-9);
          if (step < 4)
            g_assert_cmpfloat (found->to_s, ==, same[1].from_s);
        }
      g_assert_cmpfloat (late->steps[4].to_s, <, 0.05);
    }
}

/* strength * n_steps is truncated as by diffusers' int (): 0.64 of 8 steps (5.12) is five steps. */
static void
test_strength (void)
{
  static const struct
  {
    double strength;
    guint n_steps, n_made;
  } cases[] = {
    { 0.75, 50, 37 }, { 0.5, 50, 25 }, { 0.29, 100, 28 }, { 0.29, 10, 2 },
    { 0.99, 10, 9 },  { 0.01, 10, 1 }, { 1.0, 10, 10 },   { 0.0, 10, 1 },
  };
  PzNoiseSchedule schedule;

  sampler_schedule (&schedule, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PzSamplerPlan) plan =
        pz_sampler_plan_new_late ("ddim", &schedule, cases[i].n_steps, cases[i].strength, 1.0,
                                  NULL);

      g_assert_cmpuint (plan->n_steps, ==, cases[i].n_made);
    }
}

/* Timesteps are chosen from the first floor (50 * strength) of 19, 39, ..., 999, noisiest first (methods: LCM). */
static void
test_distilled_strength (void)
{
  static const struct
  {
    double strength;
    guint n_steps;
    double times[5];
  } cases[] = {
    { 1.0, 4, { 999, 759, 499, 259 } },
    { 0.5, 4, { 499, 379, 259, 139 } },
    { 0.5, 1, { 499 } },
    { 0.99, 2, { 979, 499 } },
    { 0.05, 4, { 39, 19 } },
    { 0.01, 4, { 19 } },
  };
  const char *const names[] = { "lcm", "tcd" };
  PzNoiseSchedule schedule;

  sampler_schedule (&schedule, NULL);
  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (PzSamplerPlan) plan =
          pz_sampler_plan_new_late (names[n], &schedule, cases[i].n_steps, cases[i].strength,
                                    1.0, NULL);

        for (guint step = 0; step < plan->n_steps; step++)
          g_assert_cmpfloat (plan->steps[step].timestep, ==, cases[i].times[step]);
        g_assert_cmpfloat (cases[i].times[plan->n_steps], ==, 0.0);
      }
}

static void
test_refused (void)
{
  const PzStepLimits limits = { .num_train_timesteps = 1000, .original_inference_steps = 50 };
  const PzStepLimits odd = { .num_train_timesteps = 10, .original_inference_steps = 50 };
  PzNoiseSchedule schedule;
  g_autoptr (GError) error = NULL;

  sampler_schedule (&schedule, NULL);
  g_assert_null (pz_sampler_plan_new ("heun", &schedule, 4, 1.0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_cmpstr (error->message, ==,
                   "sampler: expected one of lcm, ddim, euler, euler-trailing, dpmpp-2m, "
                   "dpmpp-2m-karras, lms, tcd, found \"heun\"");
  for (guint i = 0; pz_sampler_name (i) != NULL; i++)
    {
      const char *name = pz_sampler_name (i);
      gboolean distilled = g_str_equal (name, "lcm") || g_str_equal (name, "tcd");

      g_assert_cmpstr (pz_sampler_title_of (name), ==, pz_sampler_title (i));
      g_assert_nonnull (pz_sampler_title (i));
      g_assert_true (pz_sampler_check (name, &limits, distilled ? 50 : 1000, NULL));
      g_assert_true (pz_sampler_check (name, &odd, 10, NULL));
      g_assert_false (pz_sampler_check (name, &odd, 11, NULL));
      g_clear_error (&error);
      g_assert_false (pz_sampler_check (name, &limits, distilled ? 51 : 1001, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, distilled ? "1 to 50," : "1 to 1000,"));
      g_assert_false (pz_sampler_check (name, &limits, 0, NULL));
    }
  g_assert_null (pz_sampler_title (8));
  g_assert_null (pz_sampler_title_of ("heun"));
  g_assert_null (pz_sampler_title_of (NULL));
}

/* For any number of steps, all knobs are finite, and no step reads a slot that was not filled before. */
static void
test_all_step_counts (void)
{
  static const char *const spacings[] = { "leading", "linspace", "trailing" };

  for (guint i = 0; pz_sampler_name (i) != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (spacings); j++)
      for (guint n = 1; n <= 1000; n += n < 60 ? 1 : n < 990 ? 93 : 1)
        {
          g_autofree char *json =
            g_strdup_printf ("{\"timestep_spacing\": \"%s\"}", spacings[j]);
          PzNoiseSchedule schedule;
          PzStepLimits limits;
          g_autoptr (PzSamplerPlan) plan = NULL;

          sampler_schedule (&schedule, json);
          limits = pz_schedule_config_limits (&schedule.config);
          if (!pz_sampler_check (pz_sampler_name (i), &limits, n, NULL))
            break;
          plan = sampler_plan (pz_sampler_name (i), &schedule, n);
          for (guint k = 0; k < n; k++)
            {
              const PzSamplerStep *step = &plan->steps[k];

              g_assert_true (step->timestep >= 0.0 && step->timestep <= 999.0);
              for (guint m = 0; m < PZ_N_KNOBS; m++)
                g_assert_true (isfinite (step->knobs[m]));
              for (guint slot = k + 1; slot < PZ_SAMPLER_SLOTS; slot++)
                g_assert_cmpfloat (step->knobs[PZ_KNOB_PAST + slot], ==, 0.0f);
            }
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sampler/knobs-are-the-papers'-formulas-for-both-predictions",
                   test_steps_by_hand);
  g_test_add_func ("/sampler/a-late-start-is-the-end-of-all-steps", test_late);
  g_test_add_func ("/sampler/strength-is-cut-off-as-in-diffusers", test_strength);
  g_test_add_func ("/sampler/distilled-samplers-choose-among-the-least-noisy-times",
                   test_distilled_strength);
  g_test_add_func ("/sampler/unknown-names-and-impossible-steps-are-refused", test_refused);
  g_test_add_func ("/sampler/any-number-of-steps-gives-finite-knobs", test_all_step_counts);
  return g_test_run ();
}
