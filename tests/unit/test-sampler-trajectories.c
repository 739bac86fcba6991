/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs all steps of every sampler and compares with tests/reference/samplers.py. Both use the same formula as the network. The
 * reference computes in double, in the variables of each paper; this test uses the knobs alone.
 */
#include <math.h>

#include "models/tasks/sampler.h"
#include "tests/unit/sampler-trajectories-data.h"

/* What the reference calls formula (). */
static double
network (gboolean is_v, double x, double t)
{
  double abar = exp (-5.36 * (t / 1000.0) * (t / 1000.0) - 0.0009);
  double a = sqrt (abar), s = sqrt (1.0 - abar);
  double picture = tanh (a * x / (s * s));
  double noise = (x - a * picture) / s;

  return is_v ? a * noise - s * picture : noise;
}

/* The arithmetic of the kernels for one number: pz_sampler_remember (), then pz_sampler_update (). */
static double
take_step (const PzSamplerStep *step, double past[], double x, double pred, double noise)
{
  const float *knobs = step->knobs;
  double y = (double) knobs[PZ_KNOB_X] * x + (double) knobs[PZ_KNOB_PRED] * pred
             + (double) knobs[PZ_KNOB_NOISE] * noise;

  if (knobs[PZ_KNOB_KEEP_SLOT] >= 0.0f)
    past[(guint) knobs[PZ_KNOB_KEEP_SLOT]] =
      (double) knobs[PZ_KNOB_KEEP_X] * x + (double) knobs[PZ_KNOB_KEEP_PRED] * pred;
  for (guint i = 0; i < PZ_SAMPLER_SLOTS; i++)
    if (knobs[PZ_KNOB_PAST + i] != 0.0f)
      y += (double) knobs[PZ_KNOB_PAST + i] * past[i];
  return y;
}

static PzSamplerPlan *
make_plan (gsize index)
{
  g_autofree char *json =
    g_strdup_printf ("{\"prediction_type\": \"%s\", \"timestep_spacing\": \"%s\"}",
                     trajectories[index].prediction, trajectories[index].spacing);
  PzScheduleConfig config = { 0 };
  PzNoiseSchedule schedule;
  g_autoptr (GError) error = NULL;
  PzSamplerPlan *plan;

  pz_config_parse (json, -1, "test", pz_schedule_config_fields, &config, &error);
  g_assert_no_error (error);
  pz_noise_schedule_init (&schedule, &config);
  plan = pz_sampler_plan_new (trajectories[index].sampler, &schedule, trajectories[index].n,
                              1.0, &error);
  g_assert_no_error (error);
  return plan;
}

static void
test_trajectory (gconstpointer data)
{
  const double starts[] = { 0.83, -1.6 };
  gsize index = GPOINTER_TO_SIZE (data);
  gboolean is_v = g_str_equal (trajectories[index].prediction, "v_prediction");
  g_autoptr (PzSamplerPlan) plan = make_plan (index);

  for (guint k = 0; k < G_N_ELEMENTS (starts); k++)
    {
      double past[PZ_SAMPLER_SLOTS] = { NAN, NAN, NAN, NAN };
      double x = plan->initial_scale * starts[k];
      guint n_drawn = 0;

      for (guint i = 0; i < plan->n_steps; i++)
        {
          const PzSamplerStep *step = &plan->steps[i];
          double noise = step->takes_noise ? sin (3.0 * ++n_drawn) : 0.0;
          double pred = network (is_v, x, step->timestep);

          x = take_step (step, past, x, pred, noise);
          /* Knobs are f32: an error of 2^-24 of terms up to 15, in each of nine steps. */
          g_assert_cmpfloat_with_epsilon (x, trajectories[index].x[i][k], 2e-5);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (trajectories); i++)
    {
      g_autofree char *path =
        g_strdup_printf ("/sampler-trajectories/%s-%s-%s-%u", trajectories[i].sampler,
                         trajectories[i].prediction, trajectories[i].spacing,
                         trajectories[i].n);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_trajectory);
    }
  return g_test_run ();
}
