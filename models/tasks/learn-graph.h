/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One learning pass as one program: forward from the captions through text encoder and U-Net to the loss of each sample, and
 * backward to the trained values. Its inputs are written between replays.
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
  guint batch; /* samples per pass */
  guint height, width; /* of a latent */
  const PzTrained *trained; /* its start is not used */
  PzStorage *value,
    *sum; /* F32, shape of the trained values: values, gradient sum; NULL = measure only */
} PzLearnGraphParams;

/* Inputs of the program, by name:
 *   ids I32 [B, T]; noisy, target F32 [B, h, w, C]; weight F32 [B, h, w, 1]; timestep F32 [B, F];
 *   seed F32 [B], the gradient of each sample's loss; keep F32 [1], factor for the previous sum.
 *   If present: guidance F32 [B, E]; prefix_bias F32 [B, P + T]; for ELITE column I32 [B], strength F32 [B],
 *   moves F32 [P, 1], 1 for rows that are trained; for people seen and space as in pz_people_build (), whose
 *   words ids refer to in its order.
 * Results:
 *   losses F32 [B], the weighted mean of (prediction - target)^2; sum becomes
 *   keep * sum + the gradient of the trained values, computed from seed times d losses. */
PzProgram *pz_learn_graph_program (PzGpu *gpu,
                                   const PzLearnGraphParams *params,
                                   GCancellable *cancellable,
                                   GError **error);
/* Adds the program's needs to a footprint. Loads nothing. */
gboolean pz_learn_graph_measure (const PzLearnGraphParams *params,
                                 PzFootprint *footprint,
                                 GError **error);

G_END_DECLS
