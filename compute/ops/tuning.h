/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Selects kernels and tile sizes by shape and device limits, never by vendor. Each op checks whether a kernel is valid for a
 * shape.
 *
 * Reproducibility. All tile sizes of one kernel sum in the same order, so a tile may depend on the whole shape. Different
 * kernels sum in different orders, so the choice of a kernel depends on one batch entry only: a picture has the same bits alone
 * and in a batch.
 * Thread: any.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct
{
  guint lanes; /* of a workgroup: one subgroup */
  guint rows; /* a lane computes rows x cols sums */
  guint cols;
} PzPlainTile;

typedef enum
{
  PZ_PLAIN_MATMUL, /* a loop over k */
  PZ_PLAIN_CONV2D, /* a loop over taps that contains a loop over k */
} PzPlainForm;

/* For a product of m rows and n columns without cooperative matrices. */
PzPlainTile pz_tuning_plain (const PzGpuLimits *limits, PzPlainForm form, gsize m, guint n);

typedef struct
{
  guint fragments_m; /* matrices of one subgroup */
  guint fragments_n;
  guint subgroups_m; /* subgroups of a workgroup */
  guint subgroups_n;
  guint step_k; /* depth of the tiles in shared memory, in units of coop_k */
} PzCoopTile;

/* TRUE if a product with m rows per batch entry should use cooperative matrices. */
gboolean pz_tuning_use_coop (const PzGpuLimits *limits, gsize m, guint n, guint k);

/* The tile for such a product with m rows in total and n columns. */
PzCoopTile pz_tuning_coop (const PzGpuLimits *limits, gsize m, guint n);

/* Bytes of shared memory that a tile needs. */
guint pz_tuning_coop_shared_bytes (const PzGpuLimits *limits, const PzCoopTile *tile);

typedef struct
{
  guint lanes; /* of a workgroup: one subgroup */
  guint vectors; /* vectors of neighbouring pixels, per workgroup */
  guint depth; /* elements of k per iteration, divides the channels */
  gboolean converts_weight; /* convert w to f32 beforehand, not in every workgroup */
} PzPlanarTile;

/* TRUE if a product with m rows per batch entry, in lines of `width` pixels, should use planar input. */
gboolean pz_tuning_use_planar (const PzGpuLimits *limits, gsize m, guint width);

typedef struct
{
  guint rows, cols; /* per lane */
  guint lanes_m, lanes_n; /* per workgroup */
  guint step_k;
} PzBlockedTile;

/* TRUE if an f16 product with m rows, which does not use cooperative matrices, should be staged through shared memory. */
gboolean pz_tuning_use_blocked (const PzGpuLimits *limits, gsize m, guint n);
/* TRUE if it should use packed f16 arithmetic. */
gboolean pz_tuning_use_packed (const PzGpuLimits *limits);
PzBlockedTile pz_tuning_blocked (const PzGpuLimits *limits, gsize m, guint n);
/* Number of workgroups that k is split over, because m rows of a batch entry and n columns alone would occupy too few
 * workgroups; 1 = k is not split. Parts of k are multiples of PZ_SPLIT_UNIT, and none is empty. */
#define PZ_SPLIT_UNIT 32u
guint pz_tuning_coop_splits (const PzGpuLimits *limits, gsize m, guint n, guint k);
guint pz_tuning_blocked_splits (const PzGpuLimits *limits, gsize m, guint n, guint k);

/* Bytes of shared memory that a tile needs. */
guint pz_tuning_blocked_shared_bytes (const PzBlockedTile *tile);

/* TRUE if a 3x3 convolution with n output channels, m as above, should use Winograd's algorithm. */
gboolean pz_tuning_use_winograd (const PzGpuLimits *limits, gsize m, guint n);

/* Width and height of a tile in pixels, 2 or 3, for pictures of this size. */
guint pz_tuning_winograd_side (const PzGpuLimits *limits, guint height, guint width);

/* The vectors per workgroup, and the whole tile, for a planar product with m rows in total. */
guint pz_tuning_planar_vectors (const PzGpuLimits *limits, gsize m);
PzPlanarTile pz_tuning_planar (const PzGpuLimits *limits, gsize m, guint channels);
/* The same for the products of Winograd's algorithm, in which each tile of the picture is a row. */
PzPlanarTile pz_tuning_winograd (const PzGpuLimits *limits, gsize tiles, guint channels);

typedef struct
{
  guint lanes; /* of a workgroup; also the keys per iteration */
  guint rows; /* queries of a workgroup, a multiple of 4 */
} PzWideTile;

/* The tile for attention whose heads are split over the lanes of a workgroup. */
PzWideTile pz_tuning_wide_attention (const PzGpuLimits *limits, guint head_dim, guint queries);

/* Bytes of shared memory that a tile needs. */
guint pz_tuning_wide_shared_bytes (const PzWideTile *tile, guint head_dim);

/* TRUE if attention with heads in registers should first convert keys and values to f32. */
gboolean pz_tuning_convert_keys (const PzGpuLimits *limits, guint head_dim, guint queries);

typedef struct
{
  guint subgroups_m; /* matrices of query rows per workgroup */
  guint subgroups_n; /* subgroups that share the rows of one matrix */
  guint keys; /* per block */
  guint depth; /* columns of a head that are in shared memory at a time */
} PzCoopAttentionTile;

/* The tile for attention on cooperative matrices. FALSE if these sizes should not use them. */
gboolean pz_tuning_coop_attention (const PzGpuLimits *limits,
                                   guint head_dim,
                                   guint queries,
                                   PzCoopAttentionTile *tile);

/* Bytes of shared memory that a tile needs. */
guint pz_tuning_coop_attention_shared_bytes (const PzGpuLimits *limits,
                                             const PzCoopAttentionTile *tile,
                                             guint head_dim);

/* The same for the attention gradient. Its first kernel has tiles of queries, its second one tiles of keys; `rows` is the
 * number of queries or keys accordingly. In a tile for the second kernel `keys` counts queries. `depth` is the whole head,
 * padded. */
gboolean pz_tuning_coop_attention_gradient (const PzGpuLimits *limits,
                                            guint head_dim,
                                            guint rows,
                                            PzCoopAttentionTile *tile);

/* The maximum of both kernels. */
guint pz_tuning_coop_attention_gradient_shared_bytes (const PzGpuLimits *limits,
                                                      const PzCoopAttentionTile *tile,
                                                      guint head_dim);

typedef struct
{
  guint rows; /* queries per lane */
  guint keys; /* keys per iteration */
} PzAttentionTile;

/* Kernels of lib/attention-rows.glsl unroll their loops over a head's elements; the U-Net of SD 1.x has at most 160. */
#define PZ_MAX_HEAD_DIM 160
/* The widest head that a lane should keep in registers together with its result; wider heads are split over a workgroup. */
guint pz_tuning_attention_max_head_dim (const PzGpuLimits *limits);

/* The tile for attention with heads in registers; `halves`: keys are read as f16. */
PzAttentionTile
pz_tuning_attention (const PzGpuLimits *limits, guint head_dim, guint queries, gboolean halves);

typedef struct
{
  guint rows; /* per lane */
  guint block; /* rows of the other kind (keys or queries) per iteration */
} PzRegistersTile;

/* The tile for the attention gradient with each lane's rows in registers; FALSE = scores should be stored instead. */
gboolean pz_tuning_attention_registers (const PzGpuLimits *limits,
                                        guint head_dim,
                                        PzRegistersTile *tile);

/* Bytes of the scores and their gradients in one block of the attention gradient. */
gsize pz_tuning_attention_block_bytes (const PzGpuLimits *limits);

typedef struct
{
  guint vectors; /* vectors of columns per workgroup, one column per lane */
  guint depth; /* elements of k that are summed separately */
} PzStridedTile;

/* The tile for the strided products of the attention gradient. */
PzStridedTile pz_tuning_strided (const PzGpuLimits *limits, guint columns, guint n_k);

G_END_DECLS
