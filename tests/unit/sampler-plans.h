/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Noise schedules and sampler plans for tests.
 */
#pragma once

#include "models/tasks/sampler.h"

/* The schedule of a scheduler_config.json with this text; NULL = that of Stable Diffusion 1.x. */
static inline void
sampler_schedule (PzNoiseSchedule *schedule, const char *json)
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

/* With guidance 7.5. (transfer full) */
static inline PzSamplerPlan *
sampler_plan (const char *name, const PzNoiseSchedule *schedule, guint n_steps)
{
  g_autoptr (GError) error = NULL;
  PzSamplerPlan *plan = pz_sampler_plan_new (name, schedule, n_steps, 7.5, &error);

  g_assert_no_error (error);
  return plan;
}
