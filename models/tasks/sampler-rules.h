/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The update rules of samplers, as knobs of pz_sampler_remember () and pz_sampler_update (). Each rule sets everything except
 * the timestep and the guidance, in steps that are zeroed except for PZ_KNOB_KEEP_SLOT = -1.
 * Thread: any.
 */
#pragma once

#include "models/tasks/sampler-ladder.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

/* Estimates picture and noise at one level and recombines them at the next: DDIM with eta 0, and Euler. */
void pz_rule_deterministic (const PzLadder *ladder, PzSamplerStep steps[]);

/* Each prediction is a complete picture, to which fresh noise is added for the next step. */
void pz_rule_lcm (const PzLadder *ladder, PzSamplerStep steps[]);

/* Part of each step is deterministic, the rest adds fresh noise. */
void pz_rule_tcd (const PzLadder *ladder, PzSamplerStep steps[]);

/* A linear function through the last two picture estimates, in the logarithm of sigma. */
void pz_rule_dpmpp_2m (const PzLadder *ladder, PzSamplerStep steps[]);

/* A polynomial through the last four noise estimates, in sigma. */
void pz_rule_lms (const PzLadder *ladder, PzSamplerStep steps[]);

G_END_DECLS
