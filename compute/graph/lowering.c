/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/graph/op.h"

static PzRange
range_of (const PzLowering *lowering, const PzNode *node)
{
  return (PzRange) { pz_lowering_address (lowering, node), pz_node_bytes (node) };
}

void
pz_lowering_add (PzLowering *lowering, const PzNode *node, const PzDispatch *dispatch)
{
  PzDispatch copy = *dispatch;

  copy.node = node;
  if (copy.n_reads == 0 && copy.n_writes == 0)
    {
      for (guint i = 0; i < node->op->n_src; i++)
        if (node->src[i] != NULL)
          copy.reads[copy.n_reads++] = range_of (lowering, node->src[i]);
      copy.writes[copy.n_writes++] = range_of (lowering, node);
    }
  g_array_append_val (lowering->dispatches, copy);
}
