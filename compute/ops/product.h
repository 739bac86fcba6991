/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Common to linear, matmul and conv2d: the sources and shape rules of the epilogue, the choice of cooperative matrices, and the
 * lowering of a matrix product.
 */
#pragma once

#include "compute/ops/lower.h"
#include "compute/ops/tuning.h"

G_BEGIN_DECLS

/* The sources of every op with an epilogue, in this order. */
enum
{
  PZ_PRODUCT_X,
  PZ_PRODUCT_W,
  PZ_PRODUCT_BIAS,
  PZ_PRODUCT_BATCH_BIAS,
  PZ_PRODUCT_RESIDUAL,
  PZ_PRODUCT_N_SRC,
};

#define PZ_PRODUCT_OPTIONAL \
  (1u << PZ_PRODUCT_BIAS | 1u << PZ_PRODUCT_BATCH_BIAS | 1u << PZ_PRODUCT_RESIDUAL)

/* A lane reads the residual's element just before it writes the same element of the result. */
#define PZ_PRODUCT_IN_PLACE (1u << PZ_PRODUCT_RESIDUAL)

typedef struct
{
  PzActivation act;
  PzActivation act_out;
} PzProductActs;

/* TRUE for a weight of x's dtype, or a packed one (PZ_ROWS8) in whole words. */
gboolean pz_product_takes_weight (const PzTensor *x, const PzTensor *weight);
/* Whether the weight of a product is packed. */
gboolean pz_product_is_packed (const PzNode *node);
/* Where the scales of the rows of a packed weight are. */
guint64 pz_product_scales (const PzNode *node, const PzLowering *lowering);

/* The kernels of a product, without and with a packed weight. */
typedef struct
{
  guint f16, f32, coop, blocked, packed;
} PzProductKernels;

/* By the node's dtype: of a form that needs nothing of the device. */
guint pz_product_kernel (const PzNode *node, const PzProductKernels kernels[2]);

/* Fills src[PZ_PRODUCT_BIAS ...] and acts; epilogue may be NULL. */
void pz_product_take_epilogue (const PzEpilogue *epilogue,
                               PzTensor *src[PZ_PRODUCT_N_SRC],
                               PzProductActs *acts);

/* Call after node->tensor is set. Checks bias [n], batch_bias [batch, n], residual like the result, all of its dtype, and the
 * activations. */
gboolean
pz_product_check_epilogue (const PzNode *node, const PzProductActs *acts, GError **error);

/* PzOpClass.take_addend: as the residual. */
gboolean pz_product_take_addend (PzNode *node, PzNode *addend);

/* y = x w^T for each of n_batches. */
typedef struct
{
  const PzNode *x;
  const PzNode *w;
  gsize m; /* rows of one batch */
  gsize m_per_entry; /* rows of one batch entry: selects the kernel */
  guint n;
  guint k;
  guint x_row; /* elements from one row to the next */
  guint w_row;
  guint n_batches; /* 0 = 1 */
  guint x_batch; /* elements from one batch to the next */
  guint w_batch;
  PzProductActs acts;
  gboolean whole; /* k must not be split: the class has no scratch for it */
} PzProduct;

/* Appends the dispatches. node is the result; it has the epilogue's sources where its class has that many. */
void pz_product_lower (const PzNode *node, PzLowering *lowering, const PzProduct *product);

/* TRUE if a product should use cooperative matrices; m_per_entry as above. */
gboolean pz_product_is_coop (const PzNode *node,
                             const PzGpuLimits *limits,
                             gsize m_per_entry,
                             guint n,
                             guint k);

/* The address of an epilogue source, 0 = absent. */
guint64 pz_product_address (const PzNode *node, const PzLowering *lowering, guint src);

/* Adds the ranges that the epilogue reads and writes for whole rows of node, from a byte offset on. Dispatches for other columns of
 * the same rows need a barrier between them anyway. */
void pz_product_add_ranges (const PzNode *node,
                            const PzLowering *lowering,
                            gsize offset,
                            gsize n_bytes,
                            PzDispatch *dispatch);

typedef struct
{
  PzPlainForm form;
  gsize m;
  gsize m_per_entry; /* as above */
  guint n;
  guint k;
  guint run; /* contiguous elements of k: aligned loads need a multiple of 4 or 8 */
  PzProductActs acts;
  gboolean whole; /* as above */
} PzProductShape;

PzProductShape pz_product_shape (const PzProduct *product);

/* Sets the kernel, its constants, groups and workgroup size: on cooperative matrices, else through shared memory where the device
 * is a graphics card, else by the lanes of a subgroup. */
void pz_product_dispatch (const PzNode *node,
                          const PzLowering *lowering,
                          const PzProductKernels kernels[2],
                          const PzProductShape *shape,
                          PzDispatch *dispatch);

/* Among how many workgroups k is split (shaders/lib/split.glsl). */
guint
pz_product_splits (const PzNode *node, const PzGpuLimits *limits, const PzProductShape *shape);

/* Where the kernel writes: to the node's result, or, if k is split, to scratch. */
guint64
pz_product_target (const PzNode *node, const PzLowering *lowering, const PzProductShape *shape);

/* Appends the dispatch, which is complete with its args, and the sum of its parts if k is split. */
void pz_product_add (const PzNode *node,
                     PzLowering *lowering,
                     const PzProductShape *shape,
                     PzDispatch *dispatch);

/* For PzOpClass.scratch_bytes: of the parts. */
gsize pz_product_scratch_bytes (const PzNode *node,
                                const PzGpuLimits *limits,
                                const PzProductShape *shape);

/* 2 m n k operations; every source read and the result written once. */
void pz_product_cost (const PzNode *node, guint64 k, PzCost *cost);

G_END_DECLS
