/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops for training: losses, accumulation over micro-batches, the optimiser. Errors and thread as in graph.h.
 *
 * All values that change from step to step are knobs: tensors that the kernels read, so that a recording can be replayed
 * unchanged. A loss scale has no op of its own: it is the seed gradient of the loss (PzSeed), and PZ_ADAMW_GRADIENT divides by
 * it.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* For each batch entry sum (weight (x - target)^2) / sum (weight), both over all elements; 0 if all weights are 0. x F16 or F32
 * [B, ..., C], target F32 with x's dims, weight F32 [B, ..., 1], not negative, or NULL = ones -> F32 [B]. Only x has a
 * gradient. */
PzTensor *pz_mean_square (PzGraph *graph, PzTensor *x, PzTensor *target, PzTensor *weight);

/* 1 if an element of x is NaN or infinite or if `before` is not 0, else 0. x F16 or F32 of any shape, before F32 [1] or NULL ->
 * F32 [1]. */
PzTensor *pz_not_finite (PzGraph *graph, PzTensor *x, PzTensor *before);

/* keep * sum + x, to accumulate the gradients of micro-batches. If keep is 0, sum is not read. sum F32, x F16 or F32 with the
 * dims of sum, keep F32 [1] -> the dims of sum. */
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
  PZ_ADAMW_GRADIENT, /* factor of the gradient: 1 / (loss scale * micro-batches) */
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

/* Computes the knobs of one step. `step` counts from 1. */
void pz_adamw_fill_knobs (const PzAdamwSettings *settings,
                          guint64 step,
                          gdouble gradient_scale,
                          float knobs[PZ_N_ADAMW_KNOBS]);

/* A parameter and the running means of its gradient and of its squared gradient, both initially zero. All are F32 with one
 * shape. */
typedef struct
{
  PzTensor *parameter;
  PzTensor *mean;
  PzTensor *square;
} PzAdamw;

/* One step. gradient F32 with the parameter's dims, knobs F32 [PZ_N_ADAMW_KNOBS], skip F32 [1] or NULL: if it is not 0, nothing
 * changes. The results may be bound to the storages of the old values. */
PzAdamw pz_adamw (PzGraph *graph,
                  const PzAdamw *state,
                  PzTensor *gradient,
                  PzTensor *knobs,
                  PzTensor *skip);

G_END_DECLS
