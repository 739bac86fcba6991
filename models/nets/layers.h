/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Layers with their weights: each asks the graph for "NAME.weight" and "NAME.bias" in the scope it is
 * called in. Widths of inputs are read off the tensors. All take and return NULL after an error, as
 * the ops below them do.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Zero = a plain layer with a bias. */
typedef struct
{
  guint out; /* width of the result */
  guint kernel; /* convolutions: pixels each way, with kernel / 2 zeros around */
  guint stride; /* convolutions: 0 = 1; equal to kernel: no zeros around, tiles side by side */
  gboolean pad_after; /* convolutions: zeros below and to the right only */
  gboolean no_bias;
  PzTensor *batch_bias; /* [batch, out] */
  PzTensor *residual; /* shape of the result */
  PzActivation act; /* before the residual */
  PzActivation act_out; /* after it */
} PzLayer;

/* x [..., I] -> [..., out]; weight [out, I]. */
PzTensor *pz_layer_linear (PzGraph *graph, const char *name, PzTensor *x, const PzLayer *layer);

/* x [B, H, W, I] -> [B, H', W', out]; weight [out, I, kernel, kernel]. */
PzTensor *pz_layer_conv (PzGraph *graph, const char *name, PzTensor *x, const PzLayer *layer);

PzTensor *pz_layer_group_norm (PzGraph *graph,
                               const char *name,
                               PzTensor *x,
                               guint groups,
                               float eps,
                               PzActivation act);
PzTensor *pz_layer_layer_norm (PzGraph *graph,
                               const char *name,
                               PzTensor *x,
                               float eps,
                               PzActivation act);

typedef struct
{
  guint out;
  guint groups;
  float eps;
  PzTensor *time; /* silu of the time embedding, [B, E]; NULL = a block without one */
} PzResnet;

/* Norm, convolution, norm, convolution, and x added. x [B, H, W, I] -> [B, H, W, out]. */
PzTensor *pz_layer_resnet (PzGraph *graph, PzTensor *x, const PzResnet *resnet);

/* x where it is positive, slope x elsewhere. */
PzTensor *pz_layer_leaky_relu (PzGraph *graph, PzTensor *x, float slope);

/* x in the graph's own dtype. */
PzTensor *pz_layer_enter (PzGraph *graph, PzTensor *x);

/* [1, ...] -> [batch, ...], the same entry over and over. */
PzTensor *pz_layer_repeat (PzGraph *graph, PzTensor *x, guint batch);

/* [B, H, W, C] -> [B, H * W, C] and back. */
PzTensor *pz_layer_to_tokens (PzGraph *graph, PzTensor *x);
PzTensor *pz_layer_to_picture (PzGraph *graph, PzTensor *x, guint height, guint width);

/* [B, T, W] -> [B, W]: what stands in front, a class token. */
PzTensor *pz_layer_first_token (PzGraph *graph, PzTensor *x);

/* Size of the last dimension; 0 for NULL. */
static inline guint
pz_layer_width (const PzTensor *x)
{
  return x != NULL ? x->dims[x->n_dims - 1] : 0;
}

G_END_DECLS
