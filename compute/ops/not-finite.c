/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/learning.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"
#include "shaders/args/not_finite.h"

enum
{
  X,
  BEFORE,
  N_SRC,
};

/* Elements per workgroup (a run): several per lane, and so many that one workgroup can combine the flags of all runs. */
#define SHORTEST_RUN (16u * PZ_LANES)
#define MOST_RUNS 1024u

static gsize
run_of (const PzNode *node)
{
  return MAX (pz_div_up (pz_node_n_elements (node->src[X]), MOST_RUNS), SHORTEST_RUN);
}

static gsize
runs_of (const PzNode *node)
{
  return pz_div_up (pz_node_n_elements (node->src[X]), run_of (node));
}

static gboolean
not_finite_shape (PzNode *node, GError **error)
{
  const guint one = 1;

  if (!pz_require_float (node->src[X], error))
    return FALSE;
  if (node->src[BEFORE] != NULL)
    {
      if (node->src[BEFORE]->tensor.dtype != PZ_F32)
        return pz_refuse (error, "expected what was before in F32");
      if (!pz_require_dims (node->src[BEFORE], "what was before", 1, &one, error))
        return FALSE;
    }
  node->tensor.dtype = PZ_F32;
  node->tensor.n_dims = 1;
  node->tensor.dims[0] = 1;
  return TRUE;
}

static gsize
not_finite_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  (void) limits;
  return runs_of (node) * sizeof (float);
}

static void
not_finite_cost (const PzNode *node, PzCost *cost)
{
  pz_cost_elementwise (node, 0, cost);
}

static void
not_finite_lower (const PzNode *node, PzLowering *lowering)
{
  const PzNode *x = node->src[X];
  const gsize runs = runs_of (node);
  const PzRange flags = { lowering->scratch_address, runs * sizeof (float) };
  const PzNotFiniteArgs look = {
    .x = pz_lowering_address (lowering, x),
    .y = flags.address,
    .n = (guint32) pz_node_n_elements (x),
    .run = (guint32) run_of (node),
  };
  const PzNotFiniteArgs join = {
    .x = flags.address,
    .before = pz_lowering_address (lowering, node->src[BEFORE]),
    .y = pz_lowering_address (lowering, node),
    .n = (guint32) runs,
    .run = (guint32) runs,
  };
  PzDispatch first = {
    .kernel =
      pz_kernel_for (x->tensor.dtype, PZ_KERNEL_NOT_FINITE_F16, PZ_KERNEL_NOT_FINITE_F32),
    .reads = { { look.x, pz_node_bytes (x) } },
    .n_reads = 1,
    .writes = { flags },
    .n_writes = 1,
  };
  PzDispatch second = {
    .kernel = PZ_KERNEL_NOT_FINITE_FLAGS,
    .reads = { flags, { join.before, sizeof (float) } },
    .n_reads = join.before != 0 ? 2 : 1,
    .writes = { { join.y, sizeof (float) } },
    .n_writes = 1,
  };

  not_finite_cost (node, &first.cost);
  pz_dispatch_groups (&first, runs, PZ_LANES);
  pz_dispatch_args (&first, &look);
  pz_lowering_add (lowering, node, &first);
  pz_dispatch_groups (&second, 1, PZ_LANES);
  pz_dispatch_args (&second, &join);
  pz_lowering_add (lowering, node, &second);
}

const PzOpClass pz_op_not_finite = {
  .name = "not_finite",
  .n_src = N_SRC,
  .optional = 1u << BEFORE,
  .constant = 1u << X | 1u << BEFORE,
  .shape = not_finite_shape,
  .scratch_bytes = not_finite_scratch_bytes,
  .lower = not_finite_lower,
};

PzTensor *
pz_not_finite (PzGraph *graph, PzTensor *x, PzTensor *before)
{
  return (PzTensor *) pz_graph_append (graph, &pz_op_not_finite,
                                       (PzTensor *const[]) { [X] = x, [BEFORE] = before }, NULL,
                                       0);
}
