/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/sampler.h"

#include <math.h>
#include <string.h>

/* The latent's variance stays near 1 from noise to picture: x = a picture + s noise with a =
 * sqrt (abar), s = sqrt (1 - abar). Samplers that are usually written for sigmas (Euler) are
 * the same line in these terms. */
typedef struct
{
  double a, s;
} Level;

/* picture = x_of_x x + x_of_pred pred, noise = e_of_x x + e_of_pred pred. */
typedef struct
{
  double x_of_x, x_of_pred, e_of_x, e_of_pred;
} Reading;

/* How a network's answer at a level is read (methods: targets). */
static Reading
read_epsilon (Level at)
{
  return (Reading) { 1.0 / at.a, -at.s / at.a, 0.0, 1.0 };
}

static Reading
read_v (Level at)
{
  return (Reading) { at.a, -at.s, at.s, at.a };
}

static Reading (*const readings[]) (Level) = {
  [PZ_PREDICTS_EPSILON] = read_epsilon,
  [PZ_PREDICTS_V] = read_v,
};

static Level
level_of (double alpha_cumprod)
{
  return (Level) { sqrt (alpha_cumprod), sqrt (1.0 - alpha_cumprod) };
}

static Level
level_at (const PzNoiseSchedule *schedule, double t)
{
  return level_of (schedule->alphas_cumprod[(guint) t]);
}

/* ---- spacings: n times, falling ---- */

static void
space_leading (const PzScheduleConfig *config, guint n, PzSamplerStep steps[])
{
  guint stride = config->num_train_timesteps / n;

  /* With as many steps as times the offset would lead one past the last. */
  for (guint i = 0; i < n; i++)
    steps[i].timestep =
      MIN ((n - 1 - i) * stride + config->steps_offset, config->num_train_timesteps - 1);
}

static void
space_trailing (const PzScheduleConfig *config, guint n, PzSamplerStep steps[])
{
  double total = config->num_train_timesteps;

  for (guint i = 0; i < n; i++)
    steps[i].timestep = rint (total - i * total / n) - 1.0;
}

static void
space_linear (const PzScheduleConfig *config, guint n, PzSamplerStep steps[])
{
  double last = config->num_train_timesteps - 1;

  for (guint i = 0; i < n; i++)
    steps[i].timestep = n > 1 ? rint (last * (n - 1 - i) / (n - 1)) : 0.0;
}

static void (*const spacings[]) (const PzScheduleConfig *, guint, PzSamplerStep[]) = {
  [PZ_SPACING_LEADING] = space_leading,
  [PZ_SPACING_TRAILING] = space_trailing,
  [PZ_SPACING_LINSPACE] = space_linear,
};

/* ---- samplers ---- */

/* Deterministic (eta 0): picture and noise at this level, put together at the next
 * (methods: DDIM). */
static void
plan_ddim (const PzNoiseSchedule *schedule, PzSamplerPlan *plan)
{
  const PzScheduleConfig *config = &schedule->config;
  double stride = config->num_train_timesteps / plan->n_steps;
  Level end = level_of (config->set_alpha_to_one ? 1.0 : schedule->alphas_cumprod[0]);

  spacings[config->timestep_spacing](config, plan->n_steps, plan->steps);
  for (guint i = 0; i < plan->n_steps; i++)
    {
      PzSamplerStep *step = &plan->steps[i];
      double next_time = step->timestep - stride;
      Level next = next_time < 0.0 ? end : level_at (schedule, next_time);
      Reading reading = readings[config->prediction_type](level_at (schedule, step->timestep));

      step->knobs[0] = (float) (next.a * reading.x_of_x + next.s * reading.e_of_x);
      step->knobs[1] = (float) (next.a * reading.x_of_pred + next.s * reading.e_of_pred);
    }
}

/* The boundary condition that makes a consistency model exact at time 0. */
static void
boundary (const PzScheduleConfig *config, double t, double *c_skip, double *c_out)
{
  const double data_variance = 0.25; /* 0.5 squared */
  double tau = (double) config->timestep_scaling * t;

  *c_skip = data_variance / (tau * tau + data_variance);
  *c_out = tau / sqrt (tau * tau + data_variance);
}

/* Each answer is a whole picture, to which fresh noise is added for the next (methods: LCM). */
static void
plan_lcm (const PzNoiseSchedule *schedule, PzSamplerPlan *plan)
{
  const PzScheduleConfig *config = &schedule->config;
  guint n_original = config->original_inference_steps;
  guint stride = config->num_train_timesteps / n_original;

  for (guint i = 0; i < plan->n_steps; i++)
    plan->steps[i].timestep = (n_original - i * n_original / plan->n_steps) * stride - 1;
  for (guint i = 0; i < plan->n_steps; i++)
    {
      PzSamplerStep *step = &plan->steps[i];
      gboolean last = i + 1 == plan->n_steps;
      Level next = last ? level_of (1.0) : level_at (schedule, step[1].timestep);
      Reading reading = readings[config->prediction_type](level_at (schedule, step->timestep));
      double c_skip, c_out;

      boundary (config, step->timestep, &c_skip, &c_out);
      step->takes_noise = !last;
      step->knobs[0] = (float) (next.a * (c_out * reading.x_of_x + c_skip));
      step->knobs[1] = (float) (next.a * c_out * reading.x_of_pred);
      step->knobs[2] = (float) next.s;
    }
}

static guint
max_steps_ddim (const PzScheduleConfig *config)
{
  return config->num_train_timesteps;
}

static guint
max_steps_lcm (const PzScheduleConfig *config)
{
  return MIN (config->original_inference_steps, config->num_train_timesteps);
}

/* A new sampler is a row here, a name below, and its check values in tests/unit/sampler.c. */
static const struct
{
  const char *name;
  guint (*max_steps) (const PzScheduleConfig *config);
  void (*plan) (const PzNoiseSchedule *schedule,
                PzSamplerPlan *plan); /* n_steps and zeroed steps given */
} samplers[] = {
  { "lcm", max_steps_lcm, plan_lcm },
  { "ddim", max_steps_ddim, plan_ddim },
};

static const char *const names[] = { "lcm", "ddim", NULL };
G_STATIC_ASSERT (G_N_ELEMENTS (names) == G_N_ELEMENTS (samplers) + 1);

const char *const *
pz_sampler_names (void)
{
  return names;
}

/* Position in the table, or -1 with the error. */
static int
find_sampler (const char *name, const PzScheduleConfig *config, guint n_steps, GError **error)
{
  g_autofree char *known = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (samplers); i++)
    {
      guint most;

      if (strcmp (samplers[i].name, name) != 0)
        continue;
      most = samplers[i].max_steps (config);
      if (n_steps >= 1 && n_steps <= most)
        return (int) i;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "steps: the sampler \"%s\" makes 1 to %u, %u asked for", name, most,
                   n_steps);
      return -1;
    }
  known = g_strjoinv (", ", (GStrv) names);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "sampler: expected one of %s, found \"%s\"",
               known, name);
  return -1;
}

gboolean
pz_sampler_check (const char *name,
                  const PzScheduleConfig *config,
                  guint n_steps,
                  GError **error)
{
  return find_sampler (name, config, n_steps, error) >= 0;
}

PzSamplerPlan *
pz_sampler_plan_new (const char *name,
                     const PzNoiseSchedule *schedule,
                     guint n_steps,
                     double guidance,
                     GError **error)
{
  int index = find_sampler (name, &schedule->config, n_steps, error);
  PzSamplerPlan *plan;

  if (index < 0)
    return NULL;
  plan = g_new0 (PzSamplerPlan, 1);
  plan->n_steps = n_steps;
  plan->steps = g_new0 (PzSamplerStep, n_steps);
  plan->initial_scale = 1.0;
  samplers[index].plan (schedule, plan);
  for (guint i = 0; i < n_steps; i++)
    plan->steps[i].knobs[3] = (float) guidance;
  return plan;
}

void
pz_sampler_plan_free (PzSamplerPlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->steps);
  g_free (plan);
}
