/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Common to group_norm, layer_norm and their gradients.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* The sources of all four, in this order; the last one of the gradients only. */
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

/* Rules for groups and activations, for an op and its gradient. */
gboolean pz_group_norm_shape (PzNode *node, GError **error);
gboolean pz_layer_norm_shape (PzNode *node, GError **error);

/* Lanes per row of layer_norm. */
guint pz_layer_norm_cluster (const PzGpuLimits *limits);

/* How the pixels of a picture are split for group_norm. A function of the picture only, never of the batch or the device, so that
 * the order of sums, and with it every bit, is the same everywhere. */
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

/* For the kernels that combine the partial sums of each group: a cluster of many lanes per group, or of few where there are few
 * chunks, as the rest would add zeros. On a software device, one lane per group then: barriers are slow there, and a batch has
 * hundreds of groups. */
void pz_group_norm_dispatch_join (PzDispatch *dispatch,
                                  const PzGroupPlan *plan,
                                  const PzGpuLimits *limits,
                                  gsize n_groups);

/* Scratch of the statistics of x. */
typedef struct
{
  PzRange partials;
  PzRange factors;
  PzRange scales; /* 0 bytes: not wanted */
} PzGroupStatistics;

/* Appends the dispatches that compute them. */
void pz_group_norm_lower_statistics (const PzNode *node,
                                     PzLowering *lowering,
                                     const PzGroupStatistics *statistics);

/* Pixels per lane in the kernels that write the result. */
#define PZ_GROUP_NORM_RUN 8

G_END_DECLS
