/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ladder of a sampler: the timesteps at which the network is evaluated, and the noise levels before and after each step.
 * Where a paper uses sigmas: sigma is s / a of a level, and the paper's latent is ours times 1 / a.
 * Thread: any.
 */
#pragma once

#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

/* The latent is a * picture + s * noise with a^2 + s^2 = 1, so its variance stays near 1 at all levels. */
typedef struct
{
  double a, s;
} PzLevel;

typedef struct
{
  double time; /* input of the network; may lie between two training timesteps */
  PzLevel from, to;
} PzRung;

typedef struct
{
  const PzNoiseSchedule *schedule;
  guint n;
  PzRung *rungs; /* [n], noisiest first */
  guint n_candidates; /* number of least noisy distillation timesteps to use; at least n */
  double initial_scale; /* the first latent is noise times this */
} PzLadder;

/* The level at a training timestep, or at any time between the first and the last (sigma is interpolated linearly). */
PzLevel pz_level_at (const PzNoiseSchedule *schedule, double time);

/* Each function sets initial_scale and all rungs of a ladder whose schedule, n and zeroed rungs are given. */
void pz_ladder_ddim (PzLadder *ladder); /* timestep_spacing of the schedule */
void pz_ladder_euler (PzLadder *ladder); /* timestep_spacing of the schedule */
void pz_ladder_euler_trailing (PzLadder *ladder);
void pz_ladder_dpmpp (PzLadder *ladder); /* timestep_spacing of the schedule */
void pz_ladder_karras (PzLadder *ladder);
void pz_ladder_lms (PzLadder *ladder); /* linspace */
void pz_ladder_lcm (PzLadder *ladder);
void pz_ladder_tcd (PzLadder *ladder);

G_END_DECLS
