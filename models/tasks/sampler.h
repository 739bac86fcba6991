/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samplers as a table. A sampler answers, before anything runs, at which times the network is
 * asked and by which numbers each answer is used: a step is linear in the latent, the network's
 * answer and fresh noise, so it is the knobs of pz_sampler_update () and nothing else.
 * Thread: any.
 */
#pragma once

#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

#define PZ_N_KNOBS 8

typedef struct
{
  double timestep; /* what the network is told */
  gboolean takes_noise; /* fresh noise must be drawn for this step */
  float knobs[PZ_N_KNOBS]; /* k_x, k_pred, k_noise, guidance, then 0 */
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

/* The errors of pz_sampler_plan_new () without making a plan. */
gboolean pz_sampler_check (const char *name,
                           const PzScheduleConfig *config,
                           guint n_steps,
                           GError **error);

/* Names, NULL-terminated, in the order a menu should have. (transfer none) */
const char *const *pz_sampler_names (void);

G_END_DECLS
