/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reverse-mode differentiation: backward rules append ordinary ops to the graph. The forward part is unchanged; values that a
 * rule reads stay in scratch until then.
 *
 * A gradient has the shape of its tensor. Its dtype is the tensor's, or F32 where an F32 parameter reached the op
 * through a cast: sums over rows are never rounded to f16 on their way to a parameter.
 *
 * Trained parameters are F32 inputs, bound to storages that the optimiser's ops update. A network in f16 reads them through
 * pz_cast () or pz_graph_override ().
 *
 * Errors are the graph's own (graph.h). Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* A starting point: the gradient of a tensor given from outside the graph. */
typedef struct
{
  PzTensor *tensor;
  PzTensor
    *gradient; /* F16 or F32, with the tensor's dims; NULL = ones. For a loss scale, an input */
} PzSeed;

/* gradients[i] = sum over seeds of d seed.tensor / d wanted[i], times seed.gradient: the gradient of a loss, or a
 * vector-Jacobian product. Wanted tensors may be leaves or intermediate results. Visits each op once, from the seeds to the
 * sources, sums the gradients of several readers in a fixed order, and appends nothing for tensors that no wanted tensor
 * depends on. Errors: an op on the way without a backward rule; a wanted tensor that no seed depends on. Then gradients are
 * NULL. */
void pz_graph_backward (PzGraph *graph,
                        const PzSeed seeds[],
                        guint n_seeds,
                        PzTensor *const wanted[],
                        guint n_wanted,
                        PzTensor *gradients[]);

/* A view of x that passes no gradient. */
PzTensor *pz_stop_gradient (PzGraph *graph, PzTensor *x);

G_END_DECLS
