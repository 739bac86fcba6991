/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/attention-held.h"

#include <math.h>

#include "compute/ops/heads.h"
#include "compute/ops/widen.h"
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
  const PzBandAttention *attention;
  PzRange rows[N_TENSORS]; /* as they are */
  PzRange floats[N_TENSORS]; /* the same, or widened in scratch */
  PzRange statistics;
} Held;

static guint
head_dim (const PzBandAttention *attention)
{
  return attention->width / attention->heads;
}

gboolean
pz_attention_held_takes (const PzGpuLimits *limits, const PzBandAttention *attention)
{
  return attention->column == NULL && attention->key_bias == NULL && !attention->causal
         && pz_tuning_attention_holds (limits, head_dim (attention));
}

static gsize
n_elements (const PzBandAttention *attention, guint tensor)
{
  const guint rows = tensor == Q || tensor == D_OUT ? attention->queries : attention->keys;

  return (gsize) attention->batch * rows * attention->width;
}

/* From an address on; gives the end. */
static guint64
set_ranges (Held *held, guint64 address)
{
  const PzBandAttention *attention = held->attention;
  const gsize n = (gsize) attention->batch * attention->heads * attention->queries;

  held->statistics = (PzRange) { address, n * N_STATISTICS * sizeof (float) };
  address += pz_div_up (held->statistics.bytes, 256) * 256;
  for (guint i = 0; i < N_TENSORS; i++)
    {
      held->floats[i] = (PzRange) { address, n_elements (attention, i) * sizeof (float) };
      if (attention->dtype == PZ_F16)
        address += pz_div_up (held->floats[i].bytes, 256) * 256;
      else
        held->floats[i] = held->rows[i];
    }
  return address;
}

gsize
pz_attention_held_scratch_bytes (const PzBandAttention *attention)
{
  Held held = { .attention = attention };

  return set_ranges (&held, 0);
}

/* What is met becomes floats; held rows are read once as they are. */
static void
widen (const Held *held, guint tensor)
{
  if (held->attention->dtype == PZ_F16)
    pz_widen_lower (held->node, held->lowering, held->rows[tensor].address,
                    held->floats[tensor]);
}

static PzRange
result_of (const Held *held, guint which)
{
  const gsize offset = held->attention->offset[which];

  if (offset == G_MAXSIZE)
    return (PzRange) { 0, 0 };
  return (PzRange) { pz_lowering_address (held->lowering, held->node) + offset,
                     held->rows[which == PZ_BAND_DQ ? Q : K].bytes };
}

static PzAttentionGradientArgs
args_of (const Held *held, guint held_a, guint held_b, guint met_a, guint met_b)
{
  const PzBandAttention *attention = held->attention;
  const gboolean of_queries = held_a == Q;

  return (PzAttentionGradientArgs) {
    .held_a = held->rows[held_a].address,
    .held_b = held->rows[held_b].address,
    .met_a = held->floats[met_a].address,
    .met_b = held->floats[met_b].address,
    .statistics = held->statistics.address,
    .held = of_queries ? attention->queries : attention->keys,
    .met = of_queries ? attention->keys : attention->queries,
    .width = attention->width,
    .heads = attention->heads,
    .scale = (float) (1 / sqrt (head_dim (attention))),
    .scale_log2e = pz_heads_scale_log2e (head_dim (attention)),
  };
}

/* products: multiplications of all of one kind with all of the other. */
static void
add (const Held *held,
     PzDispatch *dispatch,
     const PzAttentionGradientArgs *args,
     guint products)
{
  const PzBandAttention *attention = held->attention;
  const guint lanes = held->lowering->limits->subgroup_size;

  dispatch->spec[PZ_SPEC_LOCAL_X] = lanes;
  dispatch->spec[PZ_SPEC_ATTENTION_HELD_HEAD_DIM] = head_dim (attention);
  dispatch->n_spec = PZ_SPEC_ATTENTION_HELD_N;
  dispatch->subgroup_size = lanes;
  dispatch->groups[0] = (guint) pz_div_up (args->held, lanes);
  dispatch->groups[1] = 1;
  dispatch->groups[2] = attention->batch * attention->heads;
  dispatch->cost.flops = 2.0 * products * (gdouble) attention->batch * attention->queries
                         * attention->keys * attention->width;
  pz_dispatch_args (dispatch, args);
  pz_lowering_add (held->lowering, held->node, dispatch);
}

static void
lower_queries (const Held *held)
{
  const PzRange d_q = result_of (held, PZ_BAND_DQ);
  PzAttentionGradientArgs args = args_of (held, Q, D_OUT, K, V);
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (held->attention->dtype, PZ_KERNEL_ATTENTION_GRADIENT_QUERIES_F16,
                             PZ_KERNEL_ATTENTION_GRADIENT_QUERIES_F32),
    .spec = { [PZ_SPEC_ATTENTION_HELD_WRITES] = d_q.bytes > 0 },
    .reads = { held->rows[Q], held->rows[D_OUT], held->floats[K], held->floats[V] },
    .n_reads = 4,
    .writes = { held->statistics, d_q },
    .n_writes = d_q.bytes > 0 ? 2 : 1,
  };

  args.y_a = d_q.address;
  add (held, &dispatch, &args, d_q.bytes > 0 ? 5 : 2);
}

static void
lower_keys (const Held *held)
{
  const PzRange results[] = { result_of (held, PZ_BAND_DK), result_of (held, PZ_BAND_DV) };
  PzAttentionGradientArgs args = args_of (held, K, V, Q, D_OUT);
  PzDispatch dispatch = {
    .kernel = pz_kernel_for (held->attention->dtype, PZ_KERNEL_ATTENTION_GRADIENT_KEYS_F16,
                             PZ_KERNEL_ATTENTION_GRADIENT_KEYS_F32),
    .reads = { held->rows[K], held->rows[V], held->floats[Q], held->floats[D_OUT],
               held->statistics },
    .n_reads = 5,
  };

  args.y_a = results[0].address;
  args.y_b = results[1].address;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].bytes > 0)
      dispatch.writes[dispatch.n_writes++] = results[i];
  if (dispatch.n_writes > 0)
    add (held, &dispatch, &args, 4);
}

void
pz_attention_held_lower (const PzNode *node,
                         PzLowering *lowering,
                         const PzBandAttention *attention)
{
  const PzNode *const tensors[N_TENSORS] = {
    [Q] = attention->q, [K] = attention->k, [V] = attention->v, [D_OUT] = attention->d_out
  };
  Held held = { .node = node, .lowering = lowering, .attention = attention };

  for (guint i = 0; i < N_TENSORS; i++)
    held.rows[i] =
      (PzRange) { pz_lowering_address (lowering, tensors[i]), pz_node_bytes (tensors[i]) };
  set_ranges (&held, lowering->scratch_address);
  for (guint i = 0; i < N_TENSORS; i++)
    widen (&held, i);
  lower_queries (&held);
  lower_keys (&held);
}
