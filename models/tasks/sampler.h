/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samplers as a table. A sampler determines, before anything runs, the timesteps at which the network is evaluated and the
 * coefficients for each prediction. A step is linear in the latent, the network's predictions and fresh noise, so it is fully
 * described by the knobs of pz_sampler_remember () and pz_sampler_update (). The list of names is in models/params.h.
 * Thread: any.
 */
#pragma once

#include "compute/sampler.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

typedef struct
{
  double timestep; /* input of the network */
  gboolean takes_noise; /* fresh noise must be drawn for this step */
  /* Coefficients of the picture estimate at this step, for previews: of x, and of the network's prediction or, if the step
   * keeps a value, of that value. */
  double picture_of_x, picture_of_pred;
  /* The latent is a * picture + s * noise: before the step, and after it. */
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

/* Creates the plan of a sampler by name. guidance is copied to the knobs. Returns (transfer full), or NULL with BAD_INPUT:
 * unknown name (lists the known ones), or an unsupported number of steps (states the range). */
PzSamplerPlan *pz_sampler_plan_new (const char *name,
                                    const PzNoiseSchedule *schedule,
                                    guint n_steps,
                                    double guidance,
                                    GError **error);

/* For a latent that is a picture with some noise added. As in diffusers, the plan has the last trunc (strength * n_steps) steps
 * of the plan above. Samplers of distilled networks instead spread all n_steps over the trunc (strength *
 * original_inference_steps) least noisy timesteps, or use each of these if there are fewer (methods: LCM). There is at least
 * one step. strength: 0..1. */
PzSamplerPlan *pz_sampler_plan_new_late (const char *name,
                                         const PzNoiseSchedule *schedule,
                                         guint n_steps,
                                         double strength,
                                         double guidance,
                                         GError **error);

/* Checks for the errors of pz_sampler_plan_new () without creating a plan. */
gboolean
pz_sampler_check (const char *name, const PzStepLimits *limits, guint n_steps, GError **error);

G_END_DECLS
