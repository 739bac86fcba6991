/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-registers.h"

#include <math.h>

#include "compute/ops/heads.h"
#include "compute/ops/to-f32.h"
#include "shaders/args/attention_gradient.h"

#define N_STATISTICS 3

enum
{
  Q,
  K,
  V,
  D_OUT,
  N_TENSORS,
};

typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzAttentionBackward *attention;
  PzRegistersTile tile;
  PzRange rows[N_TENSORS]; /* in the tensors' dtype */
  PzRange floats[N_TENSORS]; /* in f32: converted in scratch, or the same range as in `rows` */
  PzRange statistics;
} Context;

static guint
head_dim (const PzAttentionBackward *attention)
{
  return attention->width / attention->heads;
}

gboolean
pz_attention_registers_applies (const PzGpuLimits *limits, const PzAttentionBackward *attention)
{
  PzRegistersTile tile;

  return attention->column == NULL && attention->key_bias == NULL && !attention->causal
         && pz_tuning_attention_registers (limits, head_dim (attention), &tile);
}

static gsize
n_elements (const PzAttentionBackward *attention, guint tensor)
{
  const guint rows = tensor == Q || tensor == D_OUT ? attention->queries : attention->keys;

  return (gsize) attention->batch * rows * attention->width;
}

/* Lays out the scratch, starting at an address; returns its end. */
static guint64
set_ranges (Context *context, guint64 address)
{
  const PzAttentionBackward *attention = context->attention;
  const gsize n = (gsize) attention->batch * attention->heads * attention->queries;

  context->statistics = (PzRange) { address, n * N_STATISTICS * sizeof (float) };
  address += pz_div_up (context->statistics.bytes, 256) * 256;
  for (guint i = 0; i < N_TENSORS; i++)
    {
      context->floats[i] = (PzRange) { address, n_elements (attention, i) * sizeof (float) };
      if (attention->dtype == PZ_F16)
        address += pz_div_up (context->floats[i].bytes, 256) * 256;
      else
        context->floats[i] = context->rows[i];
    }
  return address;
}

gsize
pz_attention_registers_scratch_bytes (const PzAttentionBackward *attention)
{
  Context context = { .attention = attention };

  return set_ranges (&context, 0);
}

/* Converts a tensor to f32 for the kernel that streams its rows, because each row is read many times. The kernel whose lanes
 * own its rows reads each row once, in the tensor's dtype. */
static void
convert (const Context *context, guint tensor)
{
  if (context->attention->dtype == PZ_F16)
    pz_to_f32_lower (context->node, context->lowering, context->rows[tensor].address,
                     context->floats[tensor]);
}

static PzRange
result_of (const Context *context, guint which)
{
  const gsize offset = context->attention->offset[which];

  if (offset == G_MAXSIZE)
    return (PzRange) { 0, 0 };
  return (PzRange) { pz_lowering_address (context->lowering, context->node) + offset,
                     context->rows[which == PZ_ATTENTION_DQ ? Q : K].bytes };
}

static PzAttentionGradientArgs
args_of (const Context *context, guint own_a, guint own_b, guint streamed_a, guint streamed_b)
{
  const PzAttentionBackward *attention = context->attention;
  const gboolean of_queries = own_a == Q;

  return (PzAttentionGradientArgs) {
    .own_a = context->rows[own_a].address,
    .own_b = context->rows[own_b].address,
    .streamed_a = context->floats[streamed_a].address,
    .streamed_b = context->floats[streamed_b].address,
    .statistics = context->statistics.address,
    .own_rows = of_queries ? attention->queries : attention->keys,
    .streamed_rows = of_queries ? attention->keys : attention->queries,
    .width = attention->width,
    .heads = attention->heads,
    .scale = (float) (1 / sqrt (head_dim (attention))),
    .scale_log2e = pz_heads_scale_log2e (head_dim (attention)),
  };
}

/* Appends a dispatch. products: number of matrix products, for the cost. */
static void
add (const Context *context,
     PzDispatch *dispatch,
     const PzAttentionGradientArgs *args,
     guint products)
{
  const PzAttentionBackward *attention = context->attention;
  const guint lanes = context->lowering->limits->subgroup_size;

  dispatch->spec[PZ_SPEC_LOCAL_X] = lanes;
  dispatch->spec[PZ_SPEC_ATTENTION_REGISTERS_HEAD_DIM] = head_dim (attention);
  dispatch->spec[PZ_SPEC_ATTENTION_REGISTERS_ROWS] = context->tile.rows;
  dispatch->spec[PZ_SPEC_ATTENTION_REGISTERS_BLOCK] = context->tile.block;
  dispatch->n_spec = PZ_SPEC_ATTENTION_REGISTERS_N;
  dispatch->subgroup_size = lanes;
  dispatch->groups[0] = (guint) pz_div_up (args->own_rows, (gsize) context->tile.rows * lanes);
  dispatch->groups[1] = 1;
  dispatch->groups[2] = attention->batch * attention->heads;
  dispatch->cost.flops = 2.0 * products * (gdouble) attention->batch * attention->queries
                         * attention->keys * attention->width;
  pz_dispatch_args (dispatch, args);
  pz_lowering_add (context->lowering, context->node, dispatch);
}

static void
lower_queries (const Context *context)
{
  const PzRange d_q = result_of (context, PZ_ATTENTION_DQ);
  PzAttentionGradientArgs args = args_of (context, Q, D_OUT, K, V);
  PzDispatch dispatch = {
    .kernel =
      pz_kernel_for (context->attention->dtype, PZ_KERNEL_ATTENTION_GRADIENT_QUERIES_F16,
                     PZ_KERNEL_ATTENTION_GRADIENT_QUERIES_F32),
    .spec = { [PZ_SPEC_ATTENTION_REGISTERS_WRITES] = d_q.bytes > 0 },
    .reads = { context->rows[Q], context->rows[D_OUT], context->floats[K], context->floats[V] },
    .n_reads = 4,
    .writes = { context->statistics, d_q },
    .n_writes = d_q.bytes > 0 ? 2 : 1,
  };

  args.y_a = d_q.address;
  add (context, &dispatch, &args, d_q.bytes > 0 ? 5 : 2);
}

static void
lower_keys (const Context *context)
{
  const PzRange results[] = { result_of (context, PZ_ATTENTION_DK),
                              result_of (context, PZ_ATTENTION_DV) };
  PzAttentionGradientArgs args = args_of (context, K, V, Q, D_OUT);
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (context->attention->dtype, PZ_KERNEL_ATTENTION_GRADIENT_KEYS_F16,
                             PZ_KERNEL_ATTENTION_GRADIENT_KEYS_F32),
    .reads = { context->rows[K], context->rows[V], context->floats[Q], context->floats[D_OUT],
               context->statistics },
    .n_reads = 5,
  };

  args.y_a = results[0].address;
  args.y_b = results[1].address;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].bytes > 0)
      dispatch.writes[dispatch.n_writes++] = results[i];
  if (dispatch.n_writes > 0)
    add (context, &dispatch, &args, 4);
}

void
pz_attention_registers_lower (const PzNode *node,
                              PzLowering *lowering,
                              const PzAttentionBackward *attention)
{
  const PzNode *const tensors[N_TENSORS] = {
    [Q] = attention->q, [K] = attention->k, [V] = attention->v, [D_OUT] = attention->d_out
  };
  Context context = { .node = node, .lowering = lowering, .attention = attention };

  for (guint i = 0; i < N_TENSORS; i++)
    context.rows[i] =
      (PzRange) { pz_lowering_address (lowering, tensors[i]), pz_node_bytes (tensors[i]) };
  pz_tuning_attention_registers (lowering->limits, head_dim (attention), &context.tile);
  set_ranges (&context, lowering->scratch_address);
  for (guint i = 0; i < N_TENSORS; i++)
    convert (&context, i);
  lower_queries (&context);
  lower_keys (&context);
}
