/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Builds a graph of tensor operations. Building, checking, planning and printing a graph need no device.
 *
 * Layout. Pictures are [batch, height, width, channels] (NHWC), token sequences [batch, tokens, width]. The last dimension is
 * the fastest, and every tensor is contiguous, so a 1x1 convolution and a linear layer are the same matrix product.
 *
 * Dtypes. A graph has an *activation* dtype (F16, or F32 for checking): weights (unless packed) and the tensors between ops are
 * stored in it. Every op accumulates in f32; statistics, softmax and scores are f32 inside the ops. Some ops, as stated below,
 * take F32 tensors whatever the activation dtype is (latents, sampler, gates).
 *
 * Errors are sticky. A constructor whose op rejects its inputs returns NULL and, if this is the graph's first error, records it
 * (op, rule, shapes found, name scope). A constructor that is given NULL for a required input returns NULL. So the code of a
 * network needs no checks: pz_graph_check () or pz_program_new () reports the error. All tensors must come from the same graph,
 * which owns them.
 *
 * Thread: one at a time.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct _PzGraph PzGraph;
typedef struct _PzOpClass PzOpClass;

/* Read-only to callers; the rest of the node is private (compute/graph/op.h). */
typedef struct _PzTensor
{
  PzDtype dtype;
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
  const char *name; /* scoped name of leaves and outputs, else the scope where it was created */
} PzTensor;

PzGraph *pz_graph_new (PzDtype activation);
void pz_graph_free (PzGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzGraph, pz_graph_free)

PzDtype pz_graph_get_activation (const PzGraph *graph);

/* Names are scoped: pz_graph_push (g, "down_blocks.%u", 0) prepends "down_blocks.0." to all names until the matching pop, so
 * that names in the code are the names in the weight file. */
void pz_graph_push (PzGraph *graph, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pz_graph_pop (PzGraph *graph);

/* Returns FALSE with the first recorded error. */
gboolean pz_graph_check (const PzGraph *graph, GError **error);

/* ---- leaves and results ---- */

/* An input, which the caller writes before a run. The name is not scoped. Bind it with pz_graph_bind (); otherwise the program
 * allocates a storage in the state arena (pz_program_get_storage ()). */
PzTensor *pz_graph_input (PzGraph *graph,
                          const char *name,
                          PzDtype dtype,
                          guint n_dims,
                          const guint dims[]);

typedef enum
{
  PZ_WEIGHT_PLAIN, /* as in the file */
  PZ_WEIGHT_MATRIX, /* as in the file; only pz_linear () may read it */
  PZ_WEIGHT_CONV, /* file [O, I, kh, kw] -> tensor [O, kh, kw, I]; only pz_conv2d () may read it */
} PzWeightLayout;

/* Weights of products that are requested from now on are packed to 8 bits with one scale per row (PZ_ROWS8), if the length of a
 * row is a multiple of 4. */
void pz_graph_pack_weights (PzGraph *graph);

/* The weight with the scoped name, in the activation dtype unless packed. The dims are those *in the file*. Requesting the same
 * name again returns the same tensor. */
PzTensor *pz_graph_weight (PzGraph *graph,
                           PzWeightLayout layout,
                           const char *name,
                           guint n_dims,
                           const guint file_dims[]);

/* From now on pz_graph_weight () of that name returns `tensor`, cast to the activation dtype: a learned replacement in F32, or
 * its sum with the file's weight, which must have been requested before. Its dims are those of the weight tensor (for a
 * convolution [O, kh, kw, I]); they are checked when the weight is requested. The name is absolute. A second override of a name
 * is an error. */
void pz_graph_override (PzGraph *graph, const char *name, PzTensor *tensor);

/* Changes a packed weight back to the activation dtype. Only products may read it. Call before the weight is bound and before
 * the graph becomes a program. */
void pz_graph_unpack_weight (PzGraph *graph, PzTensor *weight);

/* The alphabetically first overridden name that was never requested; NULL = none. The graph owns the string. */
const char *pz_graph_find_unused_override (const PzGraph *graph);

/* For loaders: the requested weights, in order of request. */
guint pz_graph_get_n_weights (const PzGraph *graph);
PzTensor *pz_graph_get_weight (const PzGraph *graph, guint index);
PzWeightLayout pz_graph_get_weight_layout (const PzGraph *graph, guint index);
const guint *pz_graph_get_weight_file_dims (const PzGraph *graph, guint index, guint *n_dims);

/* Marks a tensor as a result; the name is not scoped. It is written to the storage bound to it, which has the same dtype and
 * number of elements; the program allocates storages for unbound results. Returns the result node. */
PzTensor *pz_graph_output (PzGraph *graph, PzTensor *x, const char *name);

/* Binds a leaf or a result to a storage of the same dtype and number of elements (takes a reference). */
void pz_graph_bind (PzGraph *graph, PzTensor *leaf_or_output, PzStorage *storage);
/* The bound storage; NULL = none. (transfer none) */
PzStorage *pz_graph_get_bound (const PzTensor *leaf_or_output);

/* ---- ops: each returns a new tensor; sources in mathematical order ---- */

typedef enum
{
  PZ_ACT_NONE,
  PZ_ACT_SILU,
  PZ_ACT_GELU, /* exact, with erf */
  PZ_ACT_QUICK_GELU, /* x * sigmoid (1.702 x) */
  PZ_ACT_RELU,
  PZ_ACT_LEAKY_RELU, /* slope 0.01 */
  PZ_ACT_TANH3, /* 3 tanh (x / 3): AutoencoderTiny's clamp */
  PZ_N_ACTS,
} PzActivation;

/* Epilogue of products: y = act_out (act (product + bias + batch_bias) + residual). */
typedef struct
{
  PzTensor *bias; /* [N] or NULL */
  PzTensor *
    batch_bias; /* [batch, N] with batch = x->dims[0], such as the time embedding of a ResNet block; or NULL */
  PzTensor *residual; /* the result's shape, or NULL */
  PzActivation act;
  PzActivation act_out;
} PzEpilogue;

/* The weights of pz_linear () and pz_conv2d () may be PZ_ROWS8; they then have no gradient. */

/* x [..., K], weight [N, K] or, for a 1x1 convolution, [N, 1, 1, K] -> [..., N]. epilogue may be NULL. */
PzTensor *pz_linear (PzGraph *graph, PzTensor *x, PzTensor *weight, const PzEpilogue *epilogue);

/* Batched product of activations: a [..., M, K], b [..., N, K] (b_transposed) -> [..., M, N]. */
PzTensor *pz_matmul (PzGraph *graph, PzTensor *a, PzTensor *b);

typedef struct
{
  guint stride; /* 0 = 1 */
  guint pad[4]; /* zeros added at the top, left, bottom and right */
  PzEpilogue epilogue;
} PzConv2d;

/* x [B, H, W, I], weight tensor [O, kh, kw, I] -> [B, (H+pt+pb-kh)/s+1, (W+pl+pr-kw)/s+1, O]. Any kernel size. */
PzTensor *pz_conv2d (PzGraph *graph, PzTensor *x, PzTensor *weight, const PzConv2d *params);

/* x [B, ..., C], weight and bias [C]; eps is added inside the root; act is NONE or SILU. */
PzTensor *pz_group_norm (PzGraph *graph,
                         PzTensor *x,
                         PzTensor *weight,
                         PzTensor *bias,
                         guint groups,
                         float eps,
                         PzActivation act);

/* Normalises over the last dimension; act is NONE or LEAKY_RELU. */
PzTensor *pz_layer_norm (PzGraph *graph,
                         PzTensor *x,
                         PzTensor *weight,
                         PzTensor *bias,
                         float eps,
                         PzActivation act);

typedef struct
{
  guint heads; /* heads * head_dim = last dimension; scores are scaled by 1/sqrt (head_dim) */
  /* With N queries and M >= N keys, query i sees keys 0 .. M - N + i. */
  gboolean causal;
  PzTensor *key_bias; /* F32 [B, M] or NULL: added to the scaled scores; -1e30 hides a key */
} PzAttention;

/* softmax (q k^T / sqrt (head_dim)) v for each head, in one pass (online softmax, scores are not stored). q [B, N, W], k and v
 * [B, M, W] -> [B, N, W]; head h is the head_dim columns from h * head_dim on. */
PzTensor *
pz_attention (PzGraph *graph, PzTensor *q, PzTensor *k, PzTensor *v, const PzAttention *params);

/* One column of the attention probabilities: A[b,h,n,column[b]], F32 [B, heads, N]. q [B, N, W], k [B, M, W], column I32
 * [B] (0..M-1). */
PzTensor *
pz_attention_column (PzGraph *graph, PzTensor *q, PzTensor *k, PzTensor *column, guint heads);

/* Gate of a second attention branch. ELITE gates its local branch (cross attention with a global and a local branch);
 * IP-Adapter uses the strength only (decoupled cross attention). */
typedef struct
{
  PzTensor *gate; /* F32 [B, heads, N]; NULL = 1 everywhere */
  PzTensor *gate_max; /* F32 [B]; NULL if gate is NULL */
  PzTensor *strength; /* F32 [B] */
} PzGate;

/* residual + gate[b,h,n] / gate_max[b] * strength[b] * x for each head; residual alone where gate_max[b] is 0; without a gate
 * residual + strength[b] * x. x and residual (NULL = zeros) [B, N, W] -> [B, N, W]. */
PzTensor *pz_gated_add (PzGraph *graph, PzTensor *x, const PzGate *gate, PzTensor *residual);

/* x [..., 2C] -> [..., C]: the first half times the erf-GELU of the second half. */
PzTensor *pz_geglu (PzGraph *graph, PzTensor *x);

PzTensor *pz_unary (PzGraph *graph, PzTensor *x, PzActivation act);

/* scale * x + shift. */
PzTensor *pz_affine (PzGraph *graph, PzTensor *x, float scale, float shift);

/* A tensor filled with `value`; dtype F16 or F32. */
PzTensor *
pz_constant (PzGraph *graph, PzDtype dtype, guint n_dims, const guint dims[], float value);

/* The dimensions of b are aligned to the last one of a; each must equal that of a or be 1. a and b have the same dtype. */
PzTensor *pz_add (PzGraph *graph, PzTensor *a, PzTensor *b);
PzTensor *pz_mul (PzGraph *graph, PzTensor *a, PzTensor *b);

/* x broadcast to dims. The dimensions of x are aligned to the last one of dims; each equals that of dims or is 1. */
PzTensor *pz_broadcast (PzGraph *graph, PzTensor *x, guint n_dims, const guint dims[]);

/* Along one axis; all other dimensions are equal. */
PzTensor *pz_concat (PzGraph *graph, PzTensor *a, PzTensor *b, guint axis);
PzTensor *pz_slice (PzGraph *graph, PzTensor *x, guint axis, guint start, guint length);
/* The same elements with other dimensions; a view. */
PzTensor *pz_reshape (PzGraph *graph, PzTensor *x, guint n_dims, const guint dims[]);

/* Exchanges the last two dimensions: [..., M, N] -> [..., N, M], in x's dtype or F32. */
PzTensor *pz_transpose (PzGraph *graph, PzTensor *x, PzDtype dtype);

/* [B, H, W, C] -> [B, fH, fW, C]. */
PzTensor *pz_upsample_nearest (PzGraph *graph, PzTensor *x, guint factor);

/* ids I32 [B, T], table [V, D] -> [B, T, D]. Id V + j is row j of extra [E, D] (NULL = none), which holds learned and encoded
 * words. An id out of range reads row 0. */
PzTensor *pz_embedding (PzGraph *graph, PzTensor *table, PzTensor *ids, PzTensor *extra);

/* Converts F16, F32 or ROWS8 to F16 or F32. */
PzTensor *pz_cast (PzGraph *graph, PzTensor *x, PzDtype dtype);

/* Sum over n_axes adjacent axes, which are removed (the result is [1] if none is left), in x's dtype or F32. */
PzTensor *pz_sum (PzGraph *graph, PzTensor *x, guint axis, guint n_axes, PzDtype dtype);
/* Mean over one axis, which is removed. */
PzTensor *pz_mean (PzGraph *graph, PzTensor *x, guint axis);
/* Maximum of each batch entry: x F32 [B, ...] -> F32 [B]. */
PzTensor *pz_max (PzGraph *graph, PzTensor *x);

/* ---- inspection ---- */

/* One line per node: number, op, name, dtype, dims, sources. (transfer full) */
char *pz_graph_to_text (const PzGraph *graph);
/* Graphviz. (transfer full) */
char *pz_graph_to_dot (const PzGraph *graph);

/* Scratch bytes of this graph on a device with these limits (NULL = Vulkan's minimum limits). Returns FALSE if the graph has an
 * error. */
gboolean pz_graph_plan_bytes (const PzGraph *graph,
                              const PzGpuLimits *limits,
                              guint64 *scratch_bytes,
                              GError **error);

/* Bytes of the unbound inputs and results, which a program would allocate. */
guint64 pz_graph_unbound_bytes (const PzGraph *graph);

G_END_DECLS
