/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/sampler.h"

#include <string.h>

#include "models/tasks/sampler-ladder.h"
#include "models/tasks/sampler-rules.h"

/* To add a sampler, add a row here and its expected values to tests/unit/test-sampler.c. */
static const struct
{
  const char *name;
  const char *title;
  gboolean distilled; /* at most original_inference_steps steps */
  void (*ladder) (PzLadder *ladder);
  void (*rule) (const PzLadder *ladder, PzSamplerStep steps[]);
} samplers[] = {
  { "lcm", "LCM", TRUE, pz_ladder_lcm, pz_rule_lcm },
  { "ddim", "DDIM", FALSE, pz_ladder_ddim, pz_rule_deterministic },
  { "euler", "Euler", FALSE, pz_ladder_euler, pz_rule_deterministic },
  { "euler-trailing", "Euler trailing", FALSE, pz_ladder_euler_trailing,
    pz_rule_deterministic },
  { "dpmpp-2m", "DPM++ 2M", FALSE, pz_ladder_dpmpp, pz_rule_dpmpp_2m },
  { "dpmpp-2m-karras", "DPM++ 2M Karras", FALSE, pz_ladder_karras, pz_rule_dpmpp_2m },
  { "lms", "LMS", FALSE, pz_ladder_lms, pz_rule_lms },
  { "tcd", "TCD", TRUE, pz_ladder_tcd, pz_rule_tcd },
};

const char *
pz_sampler_name (guint index)
{
  return index < G_N_ELEMENTS (samplers) ? samplers[index].name : NULL;
}

const char *
pz_sampler_title (guint index)
{
  return index < G_N_ELEMENTS (samplers) ? samplers[index].title : NULL;
}

const char *
pz_sampler_title_of (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (samplers); i++)
    if (g_str_equal (samplers[i].name, name))
      return samplers[i].title;
  return NULL;
}

/* "lcm, ddim, ..." (transfer full) */
static char *
list_names (void)
{
  GString *list = g_string_new (samplers[0].name);

  for (guint i = 1; i < G_N_ELEMENTS (samplers); i++)
    g_string_append_printf (list, ", %s", samplers[i].name);
  return g_string_free_and_steal (list);
}

/* Index in the table, or -1 + error. */
static int
find_sampler (const char *name, const PzStepLimits *limits, guint n_steps, GError **error)
{
  g_autofree char *known = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (samplers); i++)
    {
      guint most = limits->num_train_timesteps;

      if (strcmp (samplers[i].name, name) != 0)
        continue;
      if (samplers[i].distilled)
        most = MIN (most, limits->original_inference_steps);
      if (n_steps >= 1 && n_steps <= most)
        return (int) i;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "steps: the sampler \"%s\" makes 1 to %u, %u asked for", name, most,
                   n_steps);
      return -1;
    }
  known = list_names ();
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "sampler: expected one of %s, found \"%s\"",
               known, name);
  return -1;
}

gboolean
pz_sampler_check (const char *name, const PzStepLimits *limits, guint n_steps, GError **error)
{
  return find_sampler (name, limits, n_steps, error) >= 0;
}

/* strength * n, rounded down, but at least 1. */
static guint
share_of (double strength, guint n)
{
  return CLAMP ((guint) (strength * n), 1, n);
}

PzSamplerPlan *
pz_sampler_plan_new (const char *name,
                     const PzNoiseSchedule *schedule,
                     guint n_steps,
                     double guidance,
                     GError **error)
{
  return pz_sampler_plan_new_late (name, schedule, n_steps, 1.0, guidance, error);
}

PzSamplerPlan *
pz_sampler_plan_new_late (const char *name,
                          const PzNoiseSchedule *schedule,
                          guint n_steps,
                          double strength,
                          double guidance,
                          GError **error)
{
  const PzStepLimits limits = pz_schedule_config_limits (&schedule->config);
  int index = find_sampler (name, &limits, n_steps, error);
  g_autofree PzRung *rungs = NULL;
  PzLadder ladder = { .schedule = schedule, .n = n_steps };
  PzSamplerPlan *plan;
  guint n_made;

  if (index < 0)
    return NULL;
  if (samplers[index].distilled)
    {
      ladder.n_candidates = share_of (strength, limits.original_inference_steps);
      n_made = ladder.n = MIN (n_steps, ladder.n_candidates);
    }
  else
    n_made = share_of (strength, n_steps);
  ladder.rungs = rungs = g_new0 (PzRung, n_steps);
  samplers[index].ladder (&ladder);
  ladder.rungs += ladder.n - n_made;
  ladder.n = n_made;

  plan = g_new0 (PzSamplerPlan, 1);
  plan->n_steps = ladder.n;
  plan->initial_scale = ladder.initial_scale;
  plan->steps = g_new0 (PzSamplerStep, ladder.n);
  for (guint i = 0; i < ladder.n; i++)
    {
      plan->steps[i].timestep = ladder.rungs[i].time;
      plan->steps[i].from_a = ladder.rungs[i].from.a;
      plan->steps[i].from_s = ladder.rungs[i].from.s;
      plan->steps[i].to_a = ladder.rungs[i].to.a;
      plan->steps[i].to_s = ladder.rungs[i].to.s;
      plan->steps[i].knobs[PZ_KNOB_GUIDANCE] = (float) guidance;
      plan->steps[i].knobs[PZ_KNOB_KEEP_SLOT] = -1.0f;
    }
  samplers[index].rule (&ladder, plan->steps);
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
