/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by linear, matmul and conv2d: the sources and shape rules of the epilogue, the choice of cooperative matrices, and the
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

/* A lane reads an element of the residual just before it writes the same element of the result. */
#define PZ_PRODUCT_IN_PLACE (1u << PZ_PRODUCT_RESIDUAL)

typedef struct
{
  PzActivation act;
  PzActivation act_out;
} PzProductActs;

/* TRUE if the weight has x's dtype, or is packed (PZ_ROWS8) with rows of a multiple of 4 bytes. */
gboolean pz_product_takes_weight (const PzTensor *x, const PzTensor *weight);
/* TRUE if the weight of a product is packed. */
gboolean pz_product_is_packed (const PzNode *node);
/* Address of the row scales of a packed weight. */
guint64 pz_product_scales (const PzNode *node, const PzLowering *lowering);

/* The kernels of a product; arrays of two are without and with a packed weight. */
typedef struct
{
  guint f16, f32, coop, blocked, packed;
} PzProductKernels;

/* The plain kernel for the node's dtype, which needs no device features. */
guint pz_product_kernel (const PzNode *node, const PzProductKernels kernels[2]);

/* Fills src[PZ_PRODUCT_BIAS ...] and acts; epilogue may be NULL. */
void pz_product_take_epilogue (const PzEpilogue *epilogue,
                               PzTensor *src[PZ_PRODUCT_N_SRC],
                               PzProductActs *acts);

/* Call after node->tensor is set. Checks bias [n], batch_bias [batch, n], residual (the result's dims), that all have the
 * result's dtype, and the activations. */
gboolean
pz_product_check_epilogue (const PzNode *node, const PzProductActs *acts, GError **error);

/* For lower (): the same result with fewer kernels to compile. Without a residual both activations are functions of the sum, so
 * a single one is always act_out. */
PzProductActs pz_product_acts (const PzNode *node, const PzProductActs *acts);

/* For PzOpClass.take_addend: adds the tensor as the residual. */
gboolean pz_product_take_addend (PzNode *node, PzNode *addend);

/* y = x w^T for each of n_batches batches. */
typedef struct
{
  const PzNode *x;
  const PzNode *w;
  gsize m; /* rows of one batch */
  gsize m_per_entry; /* rows of one batch entry: the choice of kernel depends on this */
  guint n;
  guint k;
  guint x_row; /* elements from one row to the next */
  guint w_row;
  guint n_batches; /* 0 = 1 */
  guint x_batch; /* elements from one batch to the next */
  guint w_batch;
  PzProductActs acts;
  gboolean whole; /* k must not be split: the op has no scratch for it */
} PzProduct;

/* Appends the dispatches. node is the result; it has the epilogue's sources if its class has that many. */
void pz_product_lower (const PzNode *node, PzLowering *lowering, const PzProduct *product);

/* TRUE if a product should use cooperative matrices; m_per_entry as above. */
gboolean pz_product_is_coop (const PzNode *node,
                             const PzGpuLimits *limits,
                             gsize m_per_entry,
                             guint n,
                             guint k);

/* The address of a source, 0 = absent. */
guint64 pz_product_address (const PzNode *node, const PzLowering *lowering, guint src);

/* Adds the ranges that the epilogue reads and writes for whole rows of node, starting at a byte offset. Dispatches for other
 * columns of the same rows need a barrier between them anyway. */
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
  guint run; /* contiguous elements of k; aligned loads need a multiple of 4 or 8 */
  PzProductActs acts;
  gboolean whole; /* as above */
} PzProductShape;

PzProductShape pz_product_shape (const PzProduct *product);

/* Sets the kernel, its specialisation constants, workgroup counts and workgroup size. Uses cooperative matrices if possible,
 * else shared memory if the device is a GPU, else plain sums per lane. */
void pz_product_dispatch (const PzNode *node,
                          const PzLowering *lowering,
                          const PzProductKernels kernels[2],
                          const PzProductShape *shape,
                          PzDispatch *dispatch);

/* Number of workgroups that k is split over (shaders/lib/split.glsl). */
guint
pz_product_splits (const PzNode *node, const PzGpuLimits *limits, const PzProductShape *shape);

/* Address that the kernel writes to: the node's result, or scratch if k is split. */
guint64
pz_product_target (const PzNode *node, const PzLowering *lowering, const PzProductShape *shape);

/* Appends the dispatch, whose args must be set, and the sum of its parts if k is split. */
void pz_product_add (const PzNode *node,
                     PzLowering *lowering,
                     const PzProductShape *shape,
                     PzDispatch *dispatch);

/* For PzOpClass.scratch_bytes: the size of the parts. */
gsize pz_product_scratch_bytes (const PzNode *node,
                                const PzGpuLimits *limits,
                                const PzProductShape *shape);

/* 2 m n k operations; every source is read once and the result is written once. */
void pz_product_cost (const PzNode *node, guint64 k, PzCost *cost);

G_END_DECLS
