/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reverse-mode differentiation. Each op's backward rule appends ordinary ops to the graph. The forward part does not change;
 * values that a backward rule reads stay in scratch until it has run.
 *
 * A gradient has the shape of its tensor. Its dtype is that of the tensor, or F32 if the op reads an F32 parameter through a
 * cast: sums over rows are never rounded to f16 before they reach a parameter.
 *
 * Trained parameters are F32 inputs, bound to storages that the optimiser's ops update. A network in f16 reads them through
 * pz_cast () or pz_graph_override ().
 *
 * Errors are recorded in the graph (graph.h). Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* A seed: a tensor at which the backward pass starts, and its gradient. */
typedef struct
{
  PzTensor *tensor;
  PzTensor
    *gradient; /* F16 or F32, the tensor's dims; NULL = ones. For a loss scale, use an input */
} PzSeed;

/* gradients[i] = sum over all seeds of d seed.tensor / d wanted[i], multiplied by seed.gradient: the gradient of a loss, or a
 * vector-Jacobian product. Wanted tensors may be leaves or intermediate results. Visits each op once, from the seeds back to
 * the sources. Gradients of a tensor with several readers are summed in a fixed order. Appends nothing for tensors that do not
 * depend on a wanted tensor. Errors: an op on the path has no backward rule; no seed depends on a wanted tensor. In both cases
 * all gradients are NULL. */
void pz_graph_backward (PzGraph *graph,
                        const PzSeed seeds[],
                        guint n_seeds,
                        PzTensor *const wanted[],
                        guint n_wanted,
                        PzTensor *gradients[]);

/* A view of x that blocks the gradient. */
PzTensor *pz_stop_gradient (PzGraph *graph, PzTensor *x);

G_END_DECLS
