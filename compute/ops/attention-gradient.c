/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradients of attention and attention_column. A node has only one result, so the wanted gradients are concatenated along
 * the rows, then sliced.
 */
#include "compute/ops/attention-gradient.h"

#include "compute/ops/attention-blocks.h"
#include "compute/ops/attention-gradient-matrices.h"
#include "compute/ops/attention-registers.h"
#include "compute/ops/heads.h"
#include "compute/ops/ops.h"

enum
{
  Q,
  K,
  V,
  D_OUT,
  KEY_BIAS,
  COLUMN,
  N_SRC,
};

typedef struct
{
  guint heads;
  gboolean causal;
  gboolean wanted[PZ_ATTENTION_N_GRADIENTS];
} Params;

/* Number of rows of a gradient, over all batch entries. */
static guint
rows_of (const PzNode *node, guint which)
{
  const guint *dims = node->src[which == PZ_ATTENTION_DQ ? Q : K]->tensor.dims;

  return dims[0] * dims[1];
}

static gboolean
check_sources (const PzNode *node, guint heads, GError **error)
{
  const PzTensor *q = &node->src[Q]->tensor, *k = &node->src[K]->tensor;
  const PzNode *d_out = node->src[D_OUT];
  const guint of_column[] = { q->dims[0], heads, q->dims[1] };

  if (!pz_heads_check (node->src[Q], node->src[K], heads, PZ_MAX_WIDE_HEAD_DIM, error))
    return FALSE;
  if (node->src[COLUMN] != NULL)
    return (d_out->tensor.dtype == PZ_F32
            || pz_refuse (error, "expected the gradient of a column in F32"))
           && pz_require_dims (d_out, "the gradient", 3, of_column, error)
           && pz_require_dims (node->src[COLUMN], "column", 1, q->dims, error);
  if (d_out->tensor.dtype != q->dtype || node->src[V]->tensor.dtype != q->dtype)
    return pz_refuse (error, "expected v and the gradient in q's dtype");
  return pz_require_dims (d_out, "the gradient", 3, q->dims, error)
         && pz_require_dims (node->src[V], "v", 3, k->dims, error)
         && (node->src[KEY_BIAS] == NULL
             || pz_require_dims (node->src[KEY_BIAS], "key_bias", 2, k->dims, error));
}

static gboolean
attention_gradient_shape (PzNode *node, GError **error)
{
  const Params *params = (const Params *) node->params.bytes;

  if (!check_sources (node, params->heads, error))
    return FALSE;
  node->tensor.dtype = node->src[Q]->tensor.dtype;
  node->tensor.n_dims = 2;
  node->tensor.dims[0] = 0;
  node->tensor.dims[1] = node->src[Q]->tensor.dims[2];
  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    node->tensor.dims[0] += params->wanted[i] ? rows_of (node, i) : 0;
  return TRUE;
}

static PzAttentionBackward
backward_of (const PzNode *node)
{
  const Params *params = (const Params *) node->params.bytes;
  const guint *q = node->src[Q]->tensor.dims;
  PzAttentionBackward attention = {
    .batch = q[0],
    .queries = q[1],
    .keys = node->src[K]->tensor.dims[1],
    .heads = params->heads,
    .width = q[2],
    .dtype = node->tensor.dtype,
    .causal = params->causal,
    .q = node->src[Q],
    .k = node->src[K],
    .v = node->src[V],
    .d_out = node->src[D_OUT],
    .key_bias = node->src[KEY_BIAS],
    .column = node->src[COLUMN],
  };
  const gsize row_bytes = pz_node_bytes (node) / node->tensor.dims[0];
  gsize offset = 0;

  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    {
      attention.offset[i] = params->wanted[i] ? offset : G_MAXSIZE;
      offset += params->wanted[i] ? rows_of (node, i) * row_bytes : 0;
    }
  return attention;
}

static gsize
attention_gradient_scratch_bytes (const PzNode *node, const PzGpuLimits *limits)
{
  const PzAttentionBackward attention = backward_of (node);

  if (pz_attention_gradient_matrices_applies (limits, &attention))
    return pz_attention_gradient_matrices_scratch_bytes (&attention);
  return pz_attention_registers_applies (limits, &attention)
           ? pz_attention_registers_scratch_bytes (&attention)
           : pz_attention_blocks_scratch_bytes (limits, &attention);
}

static void
attention_gradient_lower (const PzNode *node, PzLowering *lowering)
{
  const PzAttentionBackward attention = backward_of (node);

  if (pz_attention_gradient_matrices_applies (lowering->limits, &attention))
    pz_attention_gradient_matrices_lower (node, lowering, &attention);
  else if (pz_attention_registers_applies (lowering->limits, &attention))
    pz_attention_registers_lower (node, lowering, &attention);
  else
    pz_attention_blocks_lower (node, lowering, &attention);
}

const PzOpClass pz_op_attention_gradient = {
  .name = "attention_gradient",
  .n_src = N_SRC,
  .optional = 1u << V | 1u << KEY_BIAS | 1u << COLUMN,
  .shape = attention_gradient_shape,
  .scratch_bytes = attention_gradient_scratch_bytes,
  .lower = attention_gradient_lower,
};

void
pz_attention_gradient (PzGraph *graph,
                       const PzAttentionGradient *in,
                       const gboolean wanted[3],
                       PzTensor *d_qkv[3])
{
  PzTensor *const like[PZ_ATTENTION_N_GRADIENTS] = { in->q, in->k, in->v };
  PzTensor *const src[N_SRC] = { [Q] = in->q,
                                 [K] = in->k,
                                 [V] = in->v,
                                 [D_OUT] = in->d_out,
                                 [KEY_BIAS] = in->key_bias,
                                 [COLUMN] = in->column };
  Params params = { .heads = in->heads, .causal = in->causal };
  PzTensor *all;
  guint row = 0;

  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    {
      params.wanted[i] = wanted[i] && like[i] != NULL;
      d_qkv[i] = NULL;
    }
  if (!params.wanted[0] && !params.wanted[1] && !params.wanted[2])
    return;
  all = (PzTensor *) pz_graph_append (graph, &pz_op_attention_gradient, src, &params,
                                      sizeof params);
  for (guint i = 0; i < PZ_ATTENTION_N_GRADIENTS; i++)
    {
      if (!params.wanted[i])
        continue;
      const guint rows = like[i]->dims[0] * like[i]->dims[1];

      d_qkv[i] =
        pz_reshape (graph, pz_slice (graph, all, 0, row, rows), like[i]->n_dims, like[i]->dims);
      row += rows;
    }
}
