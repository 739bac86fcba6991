/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gradients as more graph: backward rules append ordinary ops, which the planner, the recorder and the replay take like
 * any others. Nothing of the forward part is changed; what a rule reads of it stays in scratch until then.
 *
 * A gradient has the shape of its tensor. Its dtype is the tensor's, or F32 where a parameter in F32 reached the op
 * through a cast: sums over rows are never rounded to halves on their way to a parameter.
 *
 * What is learned are inputs in F32, bound to storages that an optimiser's ops write, too. A network of halves takes them through
 * pz_cast () or pz_graph_override ().
 *
 * Errors are the graph's own (graph.h). Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Where a walk begins: the gradient that flows into a tensor from outside the graph. */
typedef struct
{
  PzTensor *tensor;
  PzTensor *
    gradient; /* of its dims, F16 or F32; NULL = ones. A loss scale is a gradient read from an input */
} PzSeed;

/* gradients[i] = sum over seeds of d seed.tensor / d wanted[i], times seed.gradient: the gradient of a loss, or the
 * product of a vector with a Jacobian. Wanted are leaves or anything between. Walks once from the seeds to the sources; adds
 * where several readers meet, in a fixed order; appends nothing where no wanted tensor is behind. Refused: an op
 * on the way that has no rule, by its name; a wanted tensor that no seed depends on. Then gradients are NULL. */
void pz_graph_backward (PzGraph *graph,
                        const PzSeed seeds[],
                        guint n_seeds,
                        PzTensor *const wanted[],
                        guint n_wanted,
                        PzTensor *gradients[]);

/* x itself, through which no gradient flows: a view. */
PzTensor *pz_stop_gradient (PzGraph *graph, PzTensor *x);

G_END_DECLS
