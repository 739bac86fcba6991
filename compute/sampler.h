/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops of a sampler step: the next latent from the network's prediction, and the history of multistep samplers. Latents are
 * [B, H, W, C]. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* One sampler step. All factors are knobs: tensors that the kernels read, so that a recording can be replayed unchanged. e is
 * the network's prediction; if pred has 2B entries (first half unconditional), classifier-free guidance is applied:
 *   e = uncond + knobs[GUIDANCE] * (cond - uncond)
 * A multistep sampler stores one value per step in one of a few slots. Call remember before update, so that the update also
 * reads the value of the current step. */
#define PZ_SAMPLER_SLOTS 4

typedef enum
{
  PZ_KNOB_X,
  PZ_KNOB_PRED,
  PZ_KNOB_NOISE,
  PZ_KNOB_GUIDANCE,
  PZ_KNOB_KEEP_X,
  PZ_KNOB_KEEP_PRED,
  PZ_KNOB_KEEP_SLOT, /* 0 .. PZ_SAMPLER_SLOTS - 1; -1 = store nothing */
  PZ_KNOB_UNUSED,
  PZ_KNOB_PAST, /* factor of slot 0; the others follow */
  PZ_N_KNOBS = PZ_KNOB_PAST + PZ_SAMPLER_SLOTS,
} PzKnob;

/* past' = past, with slot knobs[KEEP_SLOT] replaced by knobs[KEEP_X] * x + knobs[KEEP_PRED] * e. past F32 [SLOTS * B, H, W, C],
 * x F32 [B, H, W, C], pred [B or 2B, H, W, C], knobs F32 [N_KNOBS] -> shape of past. */
PzTensor *pz_sampler_remember (PzGraph *graph,
                               PzTensor *past,
                               PzTensor *x,
                               PzTensor *pred,
                               PzTensor *knobs);

/* x' = knobs[X] * x + knobs[PRED] * e + knobs[NOISE] * noise + sum of knobs[PAST + i] * slot i of past. A term whose factor is
 * 0 is not read (except x and pred). x, noise F32 [B, H, W, C], the others as above -> shape of x. */
PzTensor *pz_sampler_update (PzGraph *graph,
                             PzTensor *x,
                             PzTensor *pred,
                             PzTensor *noise,
                             PzTensor *past,
                             PzTensor *knobs);

G_END_DECLS
