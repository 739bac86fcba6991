/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samplers as a table. A sampler answers, before anything runs, at which times the network is
 * asked and by which numbers each answer is used: a step is linear in the latent, the network's
 * answers and fresh noise, so it is the knobs of pz_sampler_remember () and pz_sampler_update ()
 * and nothing else. The list of names is in models/params.h.
 * Thread: any.
 */
#pragma once

#include "compute/sampler.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

typedef struct
{
  double timestep; /* what the network is told */
  gboolean takes_noise; /* fresh noise must be drawn for this step */
  /* What the picture is believed to be at this step, for previews: of x, and of the network's answer or, where
   * the step keeps something, of that. */
  double picture_of_x, picture_of_pred;
  /* The latent is picture * a + noise * s: before the step, and after it. */
  double from_a, from_s, to_a, to_s;
  float knobs[PZ_N_KNOBS]; /* see PzKnob */
} PzSamplerStep;

typedef struct
{
  guint n_steps;
  PzSamplerStep *steps;
  double initial_scale; /* the first latent is noise times this */
} PzSamplerPlan;

void pz_sampler_plan_free (PzSamplerPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSamplerPlan, pz_sampler_plan_free)

/* The plan of a sampler by name. guidance goes into the knobs as it is. Returns (transfer
 * full), or NULL with BAD_INPUT: unknown name (the known ones are listed), or a number of
 * steps it cannot make (the range is said). */
PzSamplerPlan *pz_sampler_plan_new (const char *name,
                                    const PzNoiseSchedule *schedule,
                                    guint n_steps,
                                    double guidance,
                                    GError **error);

/* For a latent that is a picture with some noise on it, as diffusers counts: of the plan above the last
 * trunc (strength * n_steps) steps. Samplers of distilled networks choose all n_steps among the
 * trunc (strength * original_inference_steps) least noisy times instead, or take these where there are fewer
 * (methods: LCM). At least one step is made. strength: 0..1. */
PzSamplerPlan *pz_sampler_plan_new_late (const char *name,
                                         const PzNoiseSchedule *schedule,
                                         guint n_steps,
                                         double strength,
                                         double guidance,
                                         GError **error);

/* The errors of pz_sampler_plan_new () without making a plan. */
gboolean
pz_sampler_check (const char *name, const PzStepLimits *limits, guint n_steps, GError **error);

G_END_DECLS
