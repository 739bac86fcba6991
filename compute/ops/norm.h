/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What group_norm, layer_norm and their gradients share.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* The sources of all four, in this order; the last of the gradients alone. */
enum
{
  PZ_NORM_X,
  PZ_NORM_WEIGHT,
  PZ_NORM_BIAS,
  PZ_NORM_N_SRC,
  PZ_NORM_D_OUT = PZ_NORM_N_SRC,
  PZ_NORM_GRADIENT_N_SRC,
};

/* Params of all four. */
typedef struct
{
  guint groups; /* of group_norm */
  float eps;
  PzActivation act;
} PzNormParams;

/* The result is like x; weight and bias have x's last dimension and its dtype, d_out is like x. */
gboolean pz_norm_shape (PzNode *node, GError **error);

/* x's last dimension. */
guint pz_norm_channels (const PzNode *node);

void pz_norm_cost (const PzNode *node, PzCost *cost);
void pz_norm_gradient_cost (const PzNode *node, PzCost *cost);

/* Rules of groups and activations that an op and its gradient share. */
gboolean pz_group_norm_shape (PzNode *node, GError **error);
gboolean pz_layer_norm_shape (PzNode *node, GError **error);

/* Lanes that share a row of layer_norm. */
guint pz_layer_norm_cluster (const PzGpuLimits *limits);

/* How the pixels of one picture are cut up for group_norm. A function of the picture alone, never of the batch
 * or the device: the same sums in the same order give the same bits everywhere. */
typedef struct
{
  guint32 pixels;
  guint32 chunk_pixels;
  guint32 chunks;
  guint32 channels;
  gsize partials_bytes; /* F32 [batch, chunks, 2, channels] */
  gsize factors_bytes; /* F32 [batch, 2, channels] */
  gsize scales_bytes; /* F32 [batch, groups] */
} PzGroupPlan;

PzGroupPlan pz_group_plan (const PzNode *node);

/* For the kernels that join what the chunks of each group hold: many lanes share a group, or few where few chunks are;
 * the others would have added zeros. On a software device a lane then has a group for itself: barriers of 32 lanes
 * are 3 us there, and a batch has hundreds of groups. */
void pz_group_norm_dispatch_join (PzDispatch *dispatch,
                                  const PzGroupPlan *plan,
                                  const PzGpuLimits *limits,
                                  gsize n_groups);

/* Where the statistics of x go. */
typedef struct
{
  PzRange partials;
  PzRange factors;
  PzRange scales; /* no bytes: not kept */
} PzGroupStatistics;

/* Appends the dispatches that make them. */
void pz_group_norm_lower_statistics (const PzNode *node,
                                     PzLowering *lowering,
                                     const PzGroupStatistics *statistics);

/* A lane's run of pixels in the kernels that write the result. */
#define PZ_GROUP_NORM_RUN 8

G_END_DECLS
