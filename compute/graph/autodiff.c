/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/autodiff.h"

#include "compute/base/shape.h"
#include "compute/graph/nodes.h"

typedef struct
{
  PzGraph *graph;
  guint n_nodes; /* before the backward pass, which appends nodes */
  gboolean *leads; /* by node id: wanted, or depends on a wanted tensor */
  PzTensor **gradient; /* by node id: accumulated so far */
  guint first_of_rule; /* id of the first node that the current rule appended */
  gboolean is_shared; /* the current rule returned one tensor for several sources */
} Walk;

static gboolean refuse (Walk *walk, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Records an error; returns FALSE. */
static gboolean
refuse (Walk *walk, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  pz_graph_fail (walk->graph, "backward",
                 g_error_new_literal (PZ_ERROR, PZ_ERROR_BAD_INPUT, message));
  return FALSE;
}

/* TRUE if the gradient of node flows to src[i]. */
static gboolean
source_leads (const Walk *walk, const PzNode *node, guint i)
{
  return node->src[i] != NULL && (node->op->constant & (1u << i)) == 0
         && walk->leads[node->src[i]->id];
}

static void
mark_leads (Walk *walk, PzTensor *const wanted[], guint n_wanted)
{
  for (guint i = 0; i < n_wanted; i++)
    walk->leads[((const PzNode *) wanted[i])->id] = TRUE;
  for (guint id = 0; id < walk->n_nodes; id++)
    {
      const PzNode *node = pz_graph_get_node (walk->graph, id);

      for (guint i = 0; node->op != NULL && i < node->op->n_src && !walk->leads[id]; i++)
        walk->leads[id] = source_leads (walk, node, i);
    }
}

/* Tries to make the op that computes `gradient` add `before`, the sum so far, itself. This is possible only if the current rule
 * appended the op and nothing else reads its result. */
static gboolean
adds_itself (Walk *walk, PzTensor *before, PzTensor *gradient)
{
  PzNode *node = (PzNode *) gradient;
  PzNode *addend = (PzNode *) before;

  if (node->id < walk->first_of_rule || walk->is_shared || addend->id > node->id
      || node->op->take_addend == NULL || before->dtype != gradient->dtype)
    return FALSE;
  for (guint id = node->id + 1; id < pz_graph_get_n_nodes (walk->graph); id++)
    {
      const PzNode *reader = pz_graph_get_node (walk->graph, id);

      for (guint i = 0; i < PZ_MAX_SRC; i++)
        if (reader->src[i] == node)
          return FALSE;
    }
  return node->op->take_addend (node, addend);
}

/* Adds `gradient` to the gradient of a node; F16 plus F32 gives F32. */
static gboolean
gather (Walk *walk, const PzNode *node, PzTensor *gradient)
{
  PzTensor **sum = &walk->gradient[node->id];

  if (gradient == NULL)
    return FALSE;
  if (!pz_shape_equal (node->tensor.n_dims, node->tensor.dims, gradient->n_dims,
                       gradient->dims))
    {
      g_autofree char *expected = pz_shape_to_text (node->tensor.n_dims, node->tensor.dims);
      g_autofree char *found = pz_shape_to_text (gradient->n_dims, gradient->dims);

      return refuse (walk, "expected a gradient %s, found %s", expected, found);
    }
  if (*sum == NULL || adds_itself (walk, *sum, gradient))
    *sum = gradient;
  else if ((*sum)->dtype == gradient->dtype)
    *sum = pz_add (walk->graph, *sum, gradient);
  else
    *sum = pz_add (walk->graph, pz_cast (walk->graph, *sum, PZ_F32),
                   pz_cast (walk->graph, gradient, PZ_F32));
  return *sum != NULL;
}

static gboolean
plant (Walk *walk, const PzSeed *seed)
{
  const PzNode *node = (const PzNode *) seed->tensor;
  PzTensor *gradient = seed->gradient;

  if (node == NULL || !walk->leads[node->id])
    return node != NULL;
  if (gradient == NULL)
    gradient = pz_constant (walk->graph, node->tensor.dtype, node->tensor.n_dims,
                            node->tensor.dims, 1.0f);
  return gather (walk, node, pz_cast (walk->graph, gradient, node->tensor.dtype));
}

static gboolean
has_one_twice (PzTensor *const d_src[PZ_MAX_SRC])
{
  for (guint i = 0; i < PZ_MAX_SRC; i++)
    for (guint j = 0; j < i; j++)
      if (d_src[i] != NULL && d_src[i] == d_src[j])
        return TRUE;
  return FALSE;
}

/* Propagates the gradient of a node to its sources. */
static gboolean
apply_rule (Walk *walk, const PzNode *node)
{
  PzTensor *d_out = walk->gradient[node->id];
  gboolean wanted[PZ_MAX_SRC] = { FALSE };
  PzTensor *d_src[PZ_MAX_SRC] = { NULL };
  gboolean any = FALSE;

  for (guint i = 0; i < node->op->n_src; i++)
    any |= wanted[i] = source_leads (walk, node, i);
  if (!any)
    return TRUE;
  if (node->op->backward == NULL)
    return refuse (walk, "expected ops with a backward rule, found %s in %s", node->op->name,
                   node->scope[0] != '\0' ? node->scope : "the graph");
  if (!node->op->passes_f32)
    d_out = pz_cast (walk->graph, d_out, node->tensor.dtype);
  walk->first_of_rule = pz_graph_get_n_nodes (walk->graph);
  pz_graph_push (walk->graph, "%s%sbackward", node->scope, node->scope[0] != '\0' ? "." : "");
  node->op->backward (walk->graph, node, d_out, wanted, d_src);
  pz_graph_pop (walk->graph);
  walk->is_shared = has_one_twice (d_src);
  for (guint i = 0; i < node->op->n_src; i++)
    if (wanted[i] && !gather (walk, node->src[i], d_src[i]))
      return FALSE;
  return TRUE;
}

static gboolean
walk_back (Walk *walk, const PzSeed seeds[], guint n_seeds)
{
  for (guint i = 0; i < n_seeds; i++)
    if (!plant (walk, &seeds[i]))
      return FALSE;
  for (guint id = walk->n_nodes; id-- > 0;)
    {
      const PzNode *node = pz_graph_get_node (walk->graph, id);

      if (node->op != NULL && walk->gradient[id] != NULL && !apply_rule (walk, node))
        return FALSE;
    }
  return TRUE;
}

static void
collect (Walk *walk, PzTensor *const wanted[], guint n_wanted, PzTensor *gradients[])
{
  for (guint i = 0; i < n_wanted; i++)
    {
      gradients[i] = walk->gradient[((const PzNode *) wanted[i])->id];
      if (gradients[i] == NULL)
        refuse (walk, "expected a tensor that the results change with, found %s",
                wanted[i]->name);
    }
}

void
pz_graph_backward (PzGraph *graph,
                   const PzSeed seeds[],
                   guint n_seeds,
                   PzTensor *const wanted[],
                   guint n_wanted,
                   PzTensor *gradients[])
{
  const guint n_nodes = pz_graph_get_n_nodes (graph);
  g_autofree gboolean *leads = g_new0 (gboolean, n_nodes + 1);
  g_autofree PzTensor **gradient = g_new0 (PzTensor *, n_nodes + 1);
  Walk walk = { graph, n_nodes, leads, gradient, n_nodes };
  gboolean there = pz_graph_check (graph, NULL);

  for (guint i = 0; i < n_wanted; i++)
    {
      gradients[i] = NULL;
      there = there && wanted[i] != NULL;
    }
  if (!there)
    return;
  mark_leads (&walk, wanted, n_wanted);
  if (walk_back (&walk, seeds, n_seeds))
    collect (&walk, wanted, n_wanted, gradients);
  if (!pz_graph_check (graph, NULL))
    for (guint i = 0; i < n_wanted; i++)
      gradients[i] = NULL;
}
