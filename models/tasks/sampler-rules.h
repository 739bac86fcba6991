/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules by which samplers take a step down their ladder, as knobs of pz_sampler_remember () and
 * pz_sampler_update (). Each rule sets all but the timestep and the guidance, of steps that are
 * zeroed but for PZ_KNOB_KEEP_SLOT = -1.
 * Thread: any.
 */
#pragma once

#include "models/tasks/sampler-ladder.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

/* Picture and noise at one level, put together at the next: DDIM with eta 0, and Euler. */
void pz_rule_deterministic (const PzLadder *ladder, PzSamplerStep steps[]);

/* Each answer is a whole picture, to which fresh noise is added for the next step. */
void pz_rule_lcm (const PzLadder *ladder, PzSamplerStep steps[]);

/* Part of the way without, the rest with fresh noise. */
void pz_rule_tcd (const PzLadder *ladder, PzSamplerStep steps[]);

/* A straight line through the last two pictures, in the logarithm of sigma. */
void pz_rule_dpmpp_2m (const PzLadder *ladder, PzSamplerStep steps[]);

/* A polynomial through the last four answers, in sigma. */
void pz_rule_lms (const PzLadder *ladder, PzSamplerStep steps[]);

G_END_DECLS
