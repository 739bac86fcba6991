/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/lower.h"

#include "compute/base/shape.h"
#include "compute/graph/nodes.h"

#include <string.h>

void
pz_dispatch_groups (PzDispatch *dispatch, gsize n_groups, guint lanes)
{
  dispatch->spec[PZ_SPEC_LOCAL_X] = lanes;
  dispatch->n_spec = MAX (dispatch->n_spec, PZ_SPEC_LOCAL_X + 1);
  dispatch->groups[0] = (guint) MIN (n_groups, PZ_FOLD);
  dispatch->groups[1] = (guint) pz_div_up (n_groups, PZ_FOLD);
  dispatch->groups[2] = 1;
}

void
pz_dispatch_lanes (PzDispatch *dispatch, gsize n_lanes)
{
  pz_dispatch_groups (dispatch, pz_div_up (n_lanes, PZ_LANES), PZ_LANES);
}

gboolean
pz_dispatch_chunks (PzDispatch *dispatch, const PzGpuLimits *limits, gsize n)
{
  const gsize chunk = (gsize) limits->subgroup_size * PZ_CHUNK_QUADS * 4;

  /* More workgroups would be folded, and some of the last row would lie beyond the end. */
  if (!limits->splits_loads || n % chunk != 0 || n / chunk > PZ_FOLD)
    return FALSE;
  pz_dispatch_groups (dispatch, n / chunk, limits->subgroup_size);
  dispatch->subgroup_size = limits->subgroup_size;
  return TRUE;
}

void
pz_dispatch_set_args (PzDispatch *dispatch, gconstpointer args, gsize n_bytes)
{
  g_assert (n_bytes <= sizeof dispatch->args);
  memcpy (dispatch->args, args, n_bytes);
  dispatch->args_bytes = (guint) n_bytes;
}

void
pz_node_like (PzNode *node, const PzNode *source)
{
  node->tensor.dtype = source->tensor.dtype;
  node->tensor.n_dims = source->tensor.n_dims;
  memcpy (node->tensor.dims, source->tensor.dims, sizeof node->tensor.dims);
}

void
pz_cost_elementwise (const PzNode *node, gdouble flops_each, PzCost *cost)
{
  cost->flops = flops_each * (gdouble) pz_node_n_elements (node);
  cost->bytes = (gdouble) pz_node_bytes (node);
  for (guint i = 0; i < node->op->n_src; i++)
    if (node->src[i] != NULL)
      cost->bytes += (gdouble) pz_node_bytes (node->src[i]);
}

PzDivisor
pz_divisor (guint32 d)
{
  guint32 shift = 0;

  g_assert (d > 0);
  while (shift < 32 && (1ull << shift) < d)
    shift++;
  return (PzDivisor) {
    .multiplier = (guint32) ((((1ull << shift) - d) << 32) / d + 1),
    .shift = shift,
  };
}

gboolean
pz_refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, message);
  return FALSE;
}

void
pz_refuse_gradient (PzGraph *graph, const PzNode *node, const char *sources)
{
  pz_graph_fail (
    graph, "backward",
    g_error_new (PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "expected ops with a backward rule, found %s, which has none for %s, in %s",
                 node->op->name, sources, node->scope[0] != '\0' ? node->scope : "the graph"));
}

gboolean
pz_require_float (const PzNode *source, GError **error)
{
  if (source->tensor.dtype == PZ_F16 || source->tensor.dtype == PZ_F32)
    return TRUE;
  return pz_refuse (error, "expected F16 or F32");
}

gboolean
pz_require_dims (const PzNode *source,
                 const char *name,
                 guint n_dims,
                 const guint dims[],
                 GError **error)
{
  if (pz_shape_equal (source->tensor.n_dims, source->tensor.dims, n_dims, dims))
    return TRUE;

  g_autofree char *expected = pz_shape_to_text (n_dims, dims);
  g_autofree char *found = pz_shape_to_text (source->tensor.n_dims, source->tensor.dims);
  return pz_refuse (error, "expected %s of %s, found %s", name, expected, found);
}
