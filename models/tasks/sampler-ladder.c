/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/sampler-ladder.h"

#include <math.h>

static const PzLevel no_noise = { 1.0, 0.0 };

static PzLevel
level_of_alpha (double alpha_cumprod)
{
  return (PzLevel) { sqrt (alpha_cumprod), sqrt (1.0 - alpha_cumprod) };
}

static PzLevel
level_of_sigma (double sigma)
{
  double a = 1.0 / sqrt (1.0 + sigma * sigma);

  return (PzLevel) { a, sigma * a };
}

PzLevel
pz_level_at (const PzNoiseSchedule *schedule, double time)
{
  guint below = (guint) time;
  double rest = time - below;
  double sigma;

  if (rest == 0.0)
    return level_of_alpha (schedule->alphas_cumprod[below]);
  sigma = pz_noise_schedule_sigma (schedule, below);
  sigma += rest * (pz_noise_schedule_sigma (schedule, below + 1) - sigma);
  return level_of_sigma (sigma);
}

/* ---- spacings: the time of rung i of n, decreasing ---- */

static double
time_leading (const PzScheduleConfig *config, guint n, guint i)
{
  return MAX (config->num_train_timesteps / n, 1) * (n - 1 - i) + config->steps_offset;
}

static double
time_trailing (const PzScheduleConfig *config, guint n, guint i)
{
  double total = config->num_train_timesteps;

  return rint (total - i * total / n) - 1.0;
}

/* A single step starts at the noisiest time. */
static double
time_linspace (const PzScheduleConfig *config, guint n, guint i)
{
  double last = config->num_train_timesteps - 1;

  return n > 1 ? last * (n - 1 - i) / (n - 1) : last;
}

typedef double (*Spacing) (const PzScheduleConfig *config, guint n, guint i);

static const Spacing spacings[] = {
  [PZ_SPACING_LEADING] = time_leading,
  [PZ_SPACING_TRAILING] = time_trailing,
  [PZ_SPACING_LINSPACE] = time_linspace,
};

/* If there are as many steps as timesteps, the offset would exceed the last timestep. */
static double
keep_inside (const PzScheduleConfig *config, double time)
{
  return MIN (time, (double) config->num_train_timesteps - 1.0);
}

static void
set_time (PzLadder *ladder, guint i, double time)
{
  PzRung *rung = &ladder->rungs[i];

  rung->time = keep_inside (&ladder->schedule->config, time);
  rung->from = pz_level_at (ladder->schedule, rung->time);
}

/* Each rung goes to the level of the next one, the last one to `end`. */
static void
connect (PzLadder *ladder, PzLevel end)
{
  for (guint i = 0; i < ladder->n; i++)
    ladder->rungs[i].to = i + 1 < ladder->n ? ladder->rungs[i + 1].from : end;
}

/* ---- ladders ---- */

/* Integer times. Each rung goes down by the same stride, wherever the next one starts (methods: DDIM). */
void
pz_ladder_ddim (PzLadder *ladder)
{
  const PzNoiseSchedule *schedule = ladder->schedule;
  const PzScheduleConfig *config = &schedule->config;
  double stride = config->num_train_timesteps / ladder->n;
  PzLevel end =
    config->set_alpha_to_one ? no_noise : level_of_alpha (schedule->alphas_cumprod[0]);

  ladder->initial_scale = 1.0;
  for (guint i = 0; i < ladder->n; i++)
    {
      PzRung *rung = &ladder->rungs[i];

      set_time (ladder, i, rint (spacings[config->timestep_spacing](config, ladder->n, i)));
      rung->to = rung->time < stride ? end : pz_level_at (schedule, rung->time - stride);
    }
}

static void
set_euler (PzLadder *ladder, guint spacing)
{
  for (guint i = 0; i < ladder->n; i++)
    set_time (ladder, i, spacings[spacing](&ladder->schedule->config, ladder->n, i));
  connect (ladder, no_noise);
  /* noise * sigma in the paper's latent; with leading spacing, it is scaled to variance 1 (methods: Euler) */
  ladder->initial_scale = spacing == PZ_SPACING_LEADING ? 1.0 : ladder->rungs[0].from.s;
}

void
pz_ladder_euler (PzLadder *ladder)
{
  set_euler (ladder, ladder->schedule->config.timestep_spacing);
}

void
pz_ladder_euler_trailing (PzLadder *ladder)
{
  set_euler (ladder, PZ_SPACING_TRAILING);
}

void
pz_ladder_lms (PzLadder *ladder)
{
  set_euler (ladder, PZ_SPACING_LINSPACE);
}

/* Leading and linspace spacings are those of n + 1 steps, of which the last is left out. */
void
pz_ladder_dpmpp (PzLadder *ladder)
{
  const PzScheduleConfig *config = &ladder->schedule->config;
  guint n = ladder->n + (config->timestep_spacing != PZ_SPACING_TRAILING);

  ladder->initial_scale = 1.0;
  for (guint i = 0; i < ladder->n; i++)
    set_time (ladder, i, rint (spacings[config->timestep_spacing](config, n, i)));
  connect (ladder, no_noise);
}

/* The time of a sigma: interpolated linearly in its logarithm between training timesteps, then rounded. */
static double
time_of_sigma (const PzNoiseSchedule *schedule, double sigma)
{
  guint above = 1;
  double low, high;

  while (above + 1 < schedule->config.num_train_timesteps
         && pz_noise_schedule_sigma (schedule, above) < sigma)
    above++;
  low = log (pz_noise_schedule_sigma (schedule, above - 1));
  high = log (pz_noise_schedule_sigma (schedule, above));
  return rint (above - 1 + CLAMP ((log (sigma) - low) / (high - low), 0.0, 1.0));
}

void
pz_ladder_karras (PzLadder *ladder)
{
  const double rho = 7.0;
  const PzNoiseSchedule *schedule = ladder->schedule;
  guint last = schedule->config.num_train_timesteps - 1;
  double most = pow (pz_noise_schedule_sigma (schedule, last), 1.0 / rho);
  double least = pow (pz_noise_schedule_sigma (schedule, 0), 1.0 / rho);

  ladder->initial_scale = 1.0;
  for (guint i = 0; i < ladder->n; i++)
    {
      double way = ladder->n > 1 ? (double) i / (ladder->n - 1) : 0.0;
      double sigma = pow (most + way * (least - most), rho);

      ladder->rungs[i].time = time_of_sigma (schedule, sigma);
      ladder->rungs[i].from = level_of_sigma (sigma);
    }
  connect (ladder, no_noise);
}

/* Selects from the timesteps that a network was distilled on. */
static void
set_distilled (PzLadder *ladder)
{
  const PzScheduleConfig *config = &ladder->schedule->config;
  guint stride = config->num_train_timesteps / config->original_inference_steps;

  guint n = ladder->n_candidates;

  ladder->initial_scale = 1.0;
  for (guint i = 0; i < ladder->n; i++)
    set_time (ladder, i, (n - i * n / ladder->n) * stride - 1);
}

void
pz_ladder_lcm (PzLadder *ladder)
{
  set_distilled (ladder);
  connect (ladder, no_noise);
}

/* Ends at the first training timestep, not at the picture (methods: TCD). */
void
pz_ladder_tcd (PzLadder *ladder)
{
  set_distilled (ladder);
  connect (ladder, pz_level_at (ladder->schedule, 0.0));
}
