/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by group_norm, layer_norm and their gradients.
 */
#pragma once

#include "compute/ops/lower.h"

G_BEGIN_DECLS

/* The sources of all four ops, in this order; only the gradients have the last one. */
enum
{
  PZ_NORM_X,
  PZ_NORM_WEIGHT,
  PZ_NORM_BIAS,
  PZ_NORM_N_SRC,
  PZ_NORM_D_OUT = PZ_NORM_N_SRC,
  PZ_NORM_GRADIENT_N_SRC,
};

/* Params of all four ops. */
typedef struct
{
  guint groups; /* group_norm only */
  float eps;
  PzActivation act;
} PzNormParams;

/* The result has the dtype and dims of x; weight and bias have x's last dimension and its dtype, d_out has the dtype and dims
 * of x. */
gboolean pz_norm_shape (PzNode *node, GError **error);

/* x's last dimension. */
guint pz_norm_channels (const PzNode *node);

void pz_norm_cost (const PzNode *node, PzCost *cost);
void pz_norm_gradient_cost (const PzNode *node, PzCost *cost);

/* Checks groups and activations, for an op and its gradient. */
gboolean pz_group_norm_shape (PzNode *node, GError **error);
gboolean pz_layer_norm_shape (PzNode *node, GError **error);

/* Lanes per row of layer_norm. */
guint pz_layer_norm_cluster (const PzGpuLimits *limits);

/* How group_norm splits the pixels of a picture. Depends on the picture only, never on the batch or the device, so the order of
 * sums, and with it every bit of the result, is the same everywhere. */
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

/* For the kernels that combine the partial sums of each group: a cluster of many lanes per group, or of a few lanes if there
 * are few chunks, because the other lanes would only add zeros. In the latter case software devices use one lane per group:
 * barriers are slow there, and a batch has hundreds of groups. */
void pz_group_norm_dispatch_join (PzDispatch *dispatch,
                                  const PzGroupPlan *plan,
                                  const PzGpuLimits *limits,
                                  gsize n_groups);

/* Scratch for the statistics of x. */
typedef struct
{
  PzRange partials;
  PzRange factors;
  PzRange scales; /* 0 bytes = not wanted */
} PzGroupStatistics;

/* Appends the dispatches that compute the statistics. */
void pz_group_norm_lower_statistics (const PzNode *node,
                                     PzLowering *lowering,
                                     const PzGroupStatistics *statistics);

/* Pixels per lane in the kernels that write the result. */
#define PZ_GROUP_NORM_RUN 8

G_END_DECLS
