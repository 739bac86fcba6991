/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass of learning as one program: captions through the text encoder and the U-Net to the loss of each sample, and
 * back to what is trained. Its inputs are written between replays.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

typedef struct
{
  const PzModelFolder *model;
  PzDtype activation;
  guint batch; /* samples of one pass */
  guint height, width; /* of a latent */
  const PzTrained *trained; /* its start is not looked at */
  PzStorage *value,
    *sum; /* F32 of what is trained: it, and the gradients added up; NULL = only measured */
} PzLearnGraphParams;

/* Inputs of the program, by name:
 *   ids I32 [B, T]; noisy, target F32 [B, h, w, C]; weight F32 [B, h, w, 1]; timestep F32 [B, F];
 *   seed F32 [B], the gradient of each sample's loss; keep F32 [1], times the sum so far; where there are, guidance F32 [B, E],
 *   prefix_bias F32 [B, P + T], and of ELITE column I32 [B], strength F32 [B], moves F32 [P, 1], 1 for rows that are learned;
 *   of people seen and space, as pz_people_build () has them, whose words ids take in its order.
 * Results:
 *   losses F32 [B], the weighted mean of (prediction - target)^2; sum becomes
 *   keep * sum + the gradient of what is trained, seeds times d losses. */
PzProgram *pz_learn_graph_program (PzGpu *gpu,
                                   const PzLearnGraphParams *params,
                                   GCancellable *cancellable,
                                   GError **error);
/* What it adds to a footprint; nothing is loaded. */
gboolean pz_learn_graph_measure (const PzLearnGraphParams *params,
                                 PzFootprint *footprint,
                                 GError **error);

G_END_DECLS
