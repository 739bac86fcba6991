/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Layers together with their weights: each requests "NAME.weight" and "NAME.bias" from the graph, in the current scope. Input
 * widths are taken from the tensors. After an error every function accepts and returns NULL, like the ops they are built from.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* All zero except `out` = a plain layer with a bias. */
typedef struct
{
  guint out; /* width of the result */
  guint kernel; /* convolutions: size in pixels, padded with kernel / 2 zeros on each side */
  guint stride; /* convolutions: 0 = 1; if equal to kernel, no padding: disjoint patches */
  gboolean pad_after; /* convolutions: pad only below and to the right */
  gboolean no_bias;
  PzTensor *batch_bias; /* [batch, out] */
  PzTensor *residual; /* same shape as the result */
  PzActivation act; /* applied before the residual is added */
  PzActivation act_out; /* applied after it */
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
  PzTensor *time; /* silu of the time embedding, [B, E]; NULL = the block uses none */
} PzResnet;

/* Norm, convolution, norm, convolution, plus a residual connection from x. x [B, H, W, I] -> [B, H, W, out]. */
PzTensor *pz_layer_resnet (PzGraph *graph, PzTensor *x, const PzResnet *resnet);

/* x where it is positive, slope * x elsewhere. */
PzTensor *pz_layer_leaky_relu (PzGraph *graph, PzTensor *x, float slope);

/* Converts x to the graph's activation dtype. */
PzTensor *pz_layer_enter (PzGraph *graph, PzTensor *x);

/* [1, ...] -> [batch, ...]: repeats the entry. */
PzTensor *pz_layer_repeat (PzGraph *graph, PzTensor *x, guint batch);

/* [B, H, W, C] -> [B, H * W, C] and back. */
PzTensor *pz_layer_to_tokens (PzGraph *graph, PzTensor *x);
PzTensor *pz_layer_to_picture (PzGraph *graph, PzTensor *x, guint height, guint width);

/* [B, T, W] -> [B, W]: the first token, such as a class token. */
PzTensor *pz_layer_first_token (PzGraph *graph, PzTensor *x);

/* Size of the last dimension; 0 if x is NULL. */
static inline guint
pz_layer_width (const PzTensor *x)
{
  return x != NULL ? x->dims[x->n_dims - 1] : 0;
}

G_END_DECLS
