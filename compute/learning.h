/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops of a training step: losses, sums over micro-batches, the optimiser. Errors and thread as in graph.h.
 *
 * All numbers that change from step to step are knobs, read by the kernels, so that a recording is replayed unchanged.
 * A loss scale has no op of its own: it is the gradient that the loss is seeded with (PzSeed), and goes out again in
 * PZ_ADAMW_GRADIENT.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Of each batch entry the mean of weight (x - target)^2, over all its elements and divided by the mean weight; 0 where
 * all weights are. x F16 or F32 [B, ..., C], target F32 like x, weight F32 [B, ..., 1] at least 0 or NULL = ones
 * everywhere -> F32 [B]. Only x has a gradient. */
PzTensor *pz_mean_square (PzGraph *graph, PzTensor *x, PzTensor *target, PzTensor *weight);

/* 1 if an element of x is infinite or no number, or `before` is not 0; else 0. x F16 or F32 of any shape, before F32 [1]
 * or NULL -> F32 [1]. */
PzTensor *pz_not_finite (PzGraph *graph, PzTensor *x, PzTensor *before);

/* keep * sum + x: gradients of micro-batches added up. Where keep is 0 sum is not read. sum F32, x F16 or F32 like sum,
 * keep F32 [1] -> like sum. */
PzTensor *pz_accumulate (PzGraph *graph, PzTensor *sum, PzTensor *x, PzTensor *keep);

/* AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization"), in PyTorch's order of operations. */
typedef enum
{
  PZ_ADAMW_DECAY, /* 1 - rate * weight decay */
  PZ_ADAMW_MEAN, /* 1 - beta 1 */
  PZ_ADAMW_KEEP, /* beta 2 */
  PZ_ADAMW_SQUARE, /* 1 - beta 2 */
  PZ_ADAMW_CORRECTION, /* sqrt (1 - beta 2^step) */
  PZ_ADAMW_EPSILON,
  PZ_ADAMW_STEP, /* rate / (1 - beta 1^step) */
  PZ_ADAMW_GRADIENT, /* what the gradient is multiplied with: 1 / (loss scale * micro-batches) */
  PZ_N_ADAMW_KNOBS,
} PzAdamwKnob;

typedef struct
{
  gdouble rate;
  gdouble beta_1; /* 0.9 in most papers */
  gdouble beta_2; /* 0.999 */
  gdouble epsilon; /* 1e-8 */
  gdouble weight_decay;
} PzAdamwSettings;

/* step counts from 1. */
void pz_adamw_fill_knobs (const PzAdamwSettings *settings,
                          guint64 step,
                          gdouble gradient_scale,
                          float knobs[PZ_N_ADAMW_KNOBS]);

/* All F32 of one shape: a parameter and the running means of its gradient and of the gradient's square, which begin
 * with zeros. */
typedef struct
{
  PzTensor *parameter;
  PzTensor *mean;
  PzTensor *square;
} PzAdamw;

/* One step. gradient F32 like them, knobs F32 [PZ_N_ADAMW_KNOBS], skip F32 [1] or NULL: where it is not 0, everything stays
 * as it is. The results may be bound to the storages of what they replace. */
PzAdamw pz_adamw (PzGraph *graph,
                  const PzAdamw *state,
                  PzTensor *gradient,
                  PzTensor *knobs,
                  PzTensor *skip);

G_END_DECLS
