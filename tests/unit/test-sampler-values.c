/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Check values of the published schedulers, computed in double from their formulas.
 */
#include <math.h>

#include "tests/unit/sampler-plans.h"

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

  sampler_schedule (&schedule, NULL);
  plan = sampler_plan ("ddim", &schedule, 50);
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

  sampler_schedule (&schedule, "{\"timestep_spacing\": \"trailing\"}");
  four = sampler_plan ("ddim", &schedule, 4);
  assert_times (four, (double[]) { 999, 749, 499, 249 });
  three = sampler_plan ("ddim", &schedule, 3);
  assert_times (three, (double[]) { 999, 666, 332 });
  one = sampler_plan ("ddim", &schedule, 1);
  assert_times (one, (double[]) { 999 });
  sampler_schedule (&schedule, "{\"timestep_spacing\": \"linspace\"}");
  linear = sampler_plan ("ddim", &schedule, 4);
  assert_times (linear, (double[]) { 999, 666, 333, 0 });
  sampler_schedule (&schedule, NULL);
  all = sampler_plan ("ddim", &schedule, 1000);
  g_assert_cmpfloat (all->steps[0].timestep, ==, 999.0);
}

static const double sigma_max = 14.614647;

static void
assert_near_times (const PzSamplerPlan *plan, guint n, const double times[])
{
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (plan->steps[i].timestep, times[i], 5e-4);
}

/* Sigma at time t, interpolated linearly between training timesteps. */
static double
sigma_at (const PzNoiseSchedule *schedule, double t)
{
  guint below = (guint) t;
  double low = pz_noise_schedule_sigma (schedule, below);

  return low + (t - below) * (pz_noise_schedule_sigma (schedule, MIN (below + 1, 999)) - low);
}

static void
test_euler_values (void)
{
  static const struct
  {
    const char *sampler, *spacing;
    gboolean unit; /* the first latent has variance 1 */
    double times[4];
  } rows[] = {
    { "euler", "leading", TRUE, { 751, 501, 251, 1 } },
    { "euler", "linspace", FALSE, { 999, 666, 333, 0 } },
    { "euler", "trailing", FALSE, { 999, 749, 499, 249 } },
    { "euler-trailing", "leading", FALSE, { 999, 749, 499, 249 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json =
        g_strdup_printf ("{\"timestep_spacing\": \"%s\"}", rows[i].spacing);
      PzNoiseSchedule schedule;
      g_autoptr (PzSamplerPlan) plan = NULL;

      sampler_schedule (&schedule, json);
      plan = sampler_plan (rows[i].sampler, &schedule, 4);
      assert_times (plan, rows[i].times);
      g_assert_cmpfloat_with_epsilon (plan->initial_scale,
                                      rows[i].unit
                                        ? 1.0
                                        : sigma_max / sqrt (sigma_max * sigma_max + 1.0),
                                      1e-6);
    }
}

/* SD-Turbo: x = z sigma and x0 = x - sigma e; our latent is x / sqrt (sigma^2 + 1). */
static void
test_turbo (void)
{
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;

  sampler_schedule (&schedule, NULL);
  plan = sampler_plan ("euler-trailing", &schedule, 1);
  assert_times (plan, (double[]) { 999 });
  g_assert_cmpfloat_with_epsilon ((double) plan->steps[0].knobs[PZ_KNOB_X],
                                  sqrt (sigma_max * sigma_max + 1.0), 1e-5);
  g_assert_cmpfloat_with_epsilon ((double) plan->steps[0].knobs[PZ_KNOB_PRED], -sigma_max,
                                  1e-5);
}

static void
test_dpmpp_values (void)
{
  static const struct
  {
    guint step;
    double a, c, r; /* r = 0: m_before is not used */
  } expected[] = {
    { 0, 0.998598, 0.018142, 0.0 },
    { 1, 0.997915, 0.021495, 1.059104 },
    { 23, 0.683045, 0.326208, 0.655557 },
    { 24, 0.0, 1.0, 0.0 },
  };
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL, leading = NULL;

  sampler_schedule (&schedule, NULL);
  leading = sampler_plan ("dpmpp-2m", &schedule, 20);
  assert_near_times (leading, 2, (double[]) { 941, 894 });
  g_assert_cmpfloat (leading->steps[19].timestep, ==, 48.0);

  sampler_schedule (&schedule, "{\"timestep_spacing\": \"linspace\"}");
  plan = sampler_plan ("dpmpp-2m", &schedule, 25);
  assert_times (leading, (double[]) { 941, 894, 847, 800, 753, 706, 659, 612, 565, 518,
                                      471, 424, 377, 330, 283, 236, 189, 142, 95,  48 });
  assert_near_times (plan, 3, (double[]) { 999, 959, 919 });
  g_assert_cmpfloat (plan->steps[13].timestep, ==, 480.0);
  g_assert_cmpfloat (plan->steps[14].timestep, ==, 440.0);
  g_assert_cmpfloat (plan->steps[24].timestep, ==, 40.0);
  g_assert_cmpfloat (plan->initial_scale, ==, 1.0);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      guint step = expected[i].step;
      const float *knobs = plan->steps[step].knobs;
      double now = (double) knobs[PZ_KNOB_PAST + step % PZ_SAMPLER_SLOTS];
      double before = (double) knobs[PZ_KNOB_PAST + (step + 3) % PZ_SAMPLER_SLOTS];

      /* x' = a x + c (m + (m - m_before) / (2 r)) */
      g_assert_cmpfloat_with_epsilon ((double) knobs[PZ_KNOB_X], expected[i].a, 1e-6);
      g_assert_cmpfloat_with_epsilon (now + before, expected[i].c, 1e-6);
      if (expected[i].r > 0.0)
        g_assert_cmpfloat_with_epsilon (-(now + before) / (2.0 * before), expected[i].r, 2e-5);
      else
        g_assert_cmpfloat (before, ==, 0.0);
    }
}

static void
test_karras_values (void)
{
  static const double sigmas[] = { 14.6147, 11.7254, 9.3402, 7.3836 };
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;

  sampler_schedule (&schedule, NULL);
  plan = sampler_plan ("dpmpp-2m-karras", &schedule, 20);
  assert_times (plan, (double[]) { 999, 962, 921, 876, 827, 772, 710, 640, 561, 474,
                                   380, 285, 197, 123, 69,  35,  15,  6,   2,   0 });
  /* k_x of a step is s' / s, where sigma = s / sqrt (1 - s^2) */
  for (guint i = 0; i + 1 < G_N_ELEMENTS (sigmas); i++)
    {
      double s = sigmas[i] / sqrt (1.0 + sigmas[i] * sigmas[i]);
      double next = sigmas[i + 1] / sqrt (1.0 + sigmas[i + 1] * sigmas[i + 1]);

      g_assert_cmpfloat_with_epsilon ((double) plan->steps[i].knobs[PZ_KNOB_X], next / s, 1e-6);
    }
  /* The last sigmas are 0.0779, 0.0485, 0.0292, 0. */
  g_assert_cmpfloat_with_epsilon ((double) plan->steps[17].knobs[PZ_KNOB_X],
                                  0.0485 / 0.0779 * sqrt (1.0060684 / 1.0023523), 1e-3);
  g_assert_cmpfloat_with_epsilon ((double) plan->steps[18].knobs[PZ_KNOB_X],
                                  0.029168 / 0.0485 * sqrt (1.0023523 / 1.0008508), 1e-3);
  g_assert_cmpfloat (plan->steps[19].knobs[PZ_KNOB_X], ==, 0.0f);
}

static void
test_lms_values (void)
{
  static const struct
  {
    guint step;
    double c[4];
  } expected[] = {
    { 0, { -0.862135 } },
    { 1, { -1.171249, 0.371209 } },
    { 2, { -1.356966, 0.863472, -0.249533 } },
    { 3, { -1.472758, 1.392159, -0.778710, 0.168669 } },
    { 98, { -0.288958, 0.539773, -0.461786, 0.141436 } },
    { 99, { -0.044790, 0.044106, -0.043110, 0.014627 } },
  };
  static const double sigmas[] = { 14.6146, 13.7525, 12.9525, 12.2094 };
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;

  sampler_schedule (&schedule, NULL);
  plan = sampler_plan ("lms", &schedule, 100);
  assert_near_times (plan, 3, (double[]) { 999, 988.909, 978.818 });
  g_assert_cmpfloat (plan->steps[99].timestep, ==, 0.0);
  g_assert_cmpfloat_with_epsilon (plan->initial_scale,
                                  sigma_max / sqrt (sigma_max * sigma_max + 1.0), 1e-6);
  for (guint i = 0; i < G_N_ELEMENTS (sigmas); i++)
    g_assert_cmpfloat_with_epsilon (sigma_at (&schedule, plan->steps[i].timestep), sigmas[i],
                                    5e-5);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      guint step = expected[i].step;
      double sigma = step < 99 ? sigma_at (&schedule, plan->steps[step + 1].timestep) : 0.0;

      /* Our latent is the paper's divided by sqrt (sigma'^2 + 1). */
      for (guint j = 0; j < 4; j++)
        g_assert_cmpfloat_with_epsilon ((double) plan->steps[step]
                                            .knobs[PZ_KNOB_PAST + (step + 4 - j) % 4]
                                          * sqrt (sigma * sigma + 1.0),
                                        expected[i].c[j], 1.5e-6);
    }
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

  sampler_schedule (&schedule, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (n_steps); i++)
    {
      g_autoptr (PzSamplerPlan) plan = sampler_plan ("lcm", &schedule, n_steps[i]);

      assert_times (plan, times[i]);
      for (guint j = 0; j < n_steps[i]; j++)
        g_assert_true (plan->steps[j].takes_noise == (j + 1 < n_steps[i]));
    }
}

static void
test_boundary (void)
{
  static const struct
  {
    guint t;
    double c_skip, c_out, epsilon;
  } expected[] = { { 0, 1.0, 0.0, 1e-12 },
                   { 19, 6.925e-6, 0.9999965, 2e-7 },
                   { 259, 3.727e-8, 1.0, 2e-7 } };
  PzNoiseSchedule schedule;
  g_autoptr (PzSamplerPlan) plan = NULL;

  /* The network is evaluated at every timestep; without noise, x' is sqrt (abar') (c_skip x + c_out x0). */
  sampler_schedule (&schedule, "{\"original_inference_steps\": 1000}");
  plan = sampler_plan ("lcm", &schedule, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      guint t = expected[i].t;
      const PzSamplerStep *step = &plan->steps[999 - t];
      double a = sqrt (schedule.alphas_cumprod[t]);
      double a_next = t > 0 ? sqrt (schedule.alphas_cumprod[t - 1]) : 1.0;
      double c_out = -(double) step->knobs[PZ_KNOB_PRED] * a / sqrt (1.0 - a * a) / a_next;

      g_assert_cmpfloat (step->timestep, ==, t);
      g_assert_cmpfloat_with_epsilon (c_out, expected[i].c_out, expected[i].epsilon);
      g_assert_cmpfloat_with_epsilon ((double) step->knobs[PZ_KNOB_X] / a_next - c_out / a,
                                      expected[i].c_skip, expected[i].epsilon);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sampler/ddim-has-its-published-values", test_ddim_values);
  g_test_add_func ("/sampler/each-spacing-has-its-published-times", test_spacings);
  g_test_add_func ("/sampler/euler-has-three-spacings", test_euler_values);
  g_test_add_func ("/sampler/one-step-is-all-that-turbo-needs", test_turbo);
  g_test_add_func ("/sampler/dpm-solver++-has-its-published-values", test_dpmpp_values);
  g_test_add_func ("/sampler/karras's-sigmas-have-their-published-values", test_karras_values);
  g_test_add_func ("/sampler/lms-has-its-published-values", test_lms_values);
  g_test_add_func ("/sampler/lcm-has-its-published-times", test_lcm_times);
  g_test_add_func ("/sampler/lcm-keeps-its-boundary-condition", test_boundary);
  return g_test_run ();
}
