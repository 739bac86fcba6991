/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ladder a sampler goes down: at which times the network is asked, and from which level of
 * noise to which each step leads. Where a paper writes sigmas, sigma is s / a of a level, and its
 * latent is ours times 1 / a.
 * Thread: any.
 */
#pragma once

#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

/* The latent is a picture + s noise with a^2 + s^2 = 1: its variance stays near 1 all the way. */
typedef struct
{
  double a, s;
} PzLevel;

typedef struct
{
  double time; /* what the network is told; may lie between two training times */
  PzLevel from, to;
} PzRung;

typedef struct
{
  const PzNoiseSchedule *schedule;
  guint n;
  PzRung *rungs; /* [n], noisiest first */
  guint
    n_candidates; /* of the times that a network was distilled on, the least noisy; at least n */
  double initial_scale; /* the first latent is noise times this */
} PzLadder;

/* Of a training time, and of any time between the first and the last (sigma is linear between
 * training times). */
PzLevel pz_level_at (const PzNoiseSchedule *schedule, double time);

/* Each sets all rungs and initial_scale of a ladder whose schedule, n and zeroed rungs are given. */
void pz_ladder_ddim (PzLadder *ladder); /* spacing as the schedule's */
void pz_ladder_euler (PzLadder *ladder); /* spacing as the schedule's */
void pz_ladder_euler_trailing (PzLadder *ladder);
void pz_ladder_dpmpp (PzLadder *ladder); /* spacing as the schedule's */
void pz_ladder_karras (PzLadder *ladder);
void pz_ladder_lms (PzLadder *ladder); /* linspace */
void pz_ladder_lcm (PzLadder *ladder);
void pz_ladder_tcd (PzLadder *ladder);

G_END_DECLS
