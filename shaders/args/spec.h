/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ids of all specialisation constants. Ids are per kernel and start at 0, which is always the workgroup size in x; the
 * sizes in y and z are 1.
 */
#ifndef PZ_SPEC_H
#define PZ_SPEC_H

#define PZ_SPEC_LOCAL_X 0

/* Elementwise kernels with SPLITS: a workgroup is one subgroup, and a lane handles this many quads of neighbouring elements. */
#define PZ_CHUNK_QUADS 4

/* unary */
#define PZ_SPEC_UNARY_ACT 1
#define PZ_SPEC_UNARY_N 2 /* number of constants */

/* binary */
#define PZ_SPEC_BINARY_WHAT 1
#define PZ_SPEC_BINARY_N_DIMS 2
#define PZ_SPEC_BINARY_PACKED 3
#define PZ_SPEC_BINARY_SPLITS 4 /* pz_dispatch_chunks () */
#define PZ_SPEC_BINARY_N 5
#define PZ_BINARY_ADD 0
#define PZ_BINARY_MULTIPLY 1
#define PZ_BINARY_SECOND 2 /* y = b, broadcast */

/* Memory-bound ops over rows: 1 if the row length is a multiple of 4, so that four elements are moved at once. */
#define PZ_SPEC_PACKED 1
#define PZ_SPEC_PACKED_N 2

/* cast, of f16 to f32 */
#define PZ_SPEC_CAST_SPLITS 1 /* pz_dispatch_chunks () */
#define PZ_SPEC_CAST_N 2

/* adamw: PZ_ADAMW_OF_... of args/adamw.h */
#define PZ_SPEC_ADAMW_OF 1
#define PZ_SPEC_ADAMW_N 2

/* gated_add, after PZ_SPEC_PACKED: 1 if all four elements of a quad always belong to one head. */
#define PZ_SPEC_GATED_ADD_WHOLE 2
#define PZ_SPEC_GATED_ADD_N 3

/* layer_norm, layer_norm_gradient, after PZ_SPEC_PACKED; CLUSTER: lanes per row, a power of two. */
#define PZ_SPEC_LAYER_NORM_ACT 2
#define PZ_SPEC_LAYER_NORM_CLUSTER 3
#define PZ_SPEC_LAYER_NORM_N 4

/* group_norm_apply, group_norm_gradient_partial, group_norm_gradient_apply, after PZ_SPEC_PACKED */
#define PZ_SPEC_GROUP_NORM_ACT 2
#define PZ_SPEC_GROUP_NORM_N 3

/* group_norm_factors, group_norm_gradient_means; CLUSTER: lanes per channel group, a power of two; either the whole workgroup
 * or 1. */
#define PZ_SPEC_GROUP_NORM_CLUSTER 1
#define PZ_SPEC_GROUP_NORM_CLUSTER_N 2

/* matmul, conv2d: a lane computes ROWS x COLS sums; neighbouring lanes of a workgroup have neighbouring columns. */
#define PZ_SPEC_PRODUCT_ROWS 1
#define PZ_SPEC_PRODUCT_COLS 2
#define PZ_SPEC_PRODUCT_ALIGNED 3 /* 1: the contiguous part of k is a multiple of 4 */
#define PZ_SPEC_PRODUCT_PACKED 4  /* 1: COLS is 4 and n a multiple of 4 */
#define PZ_SPEC_PRODUCT_ACT 5
#define PZ_SPEC_PRODUCT_ACT_OUT 6
#define PZ_SPEC_PRODUCT_N 7

/* matmul_coop, conv2d_coop: a subgroup computes FRAGMENTS_M x FRAGMENTS_N matrices of COOP_M x COOP_N; a workgroup has
 * SUBGROUPS_M x SUBGROUPS_N subgroups. STEP_K, a multiple of COOP_K and of 8, is the depth of the operands' tiles in shared
 * memory. ALIGNED: 1, 4, 8 or STEP_K; every contiguous part of k is a multiple of it. */
#define PZ_SPEC_COOP_M 1
#define PZ_SPEC_COOP_N 2
#define PZ_SPEC_COOP_K 3
#define PZ_SPEC_COOP_FRAGMENTS_M 4
#define PZ_SPEC_COOP_FRAGMENTS_N 5
#define PZ_SPEC_COOP_SUBGROUPS_M 6
#define PZ_SPEC_COOP_SUBGROUPS_N 7
#define PZ_SPEC_COOP_STEP_K 8
#define PZ_SPEC_COOP_ALIGNED 9
#define PZ_SPEC_COOP_ACT 10
#define PZ_SPEC_COOP_ACT_OUT 11
#define PZ_SPEC_COOP_N_SPEC 12

/* matmul_blocked, conv2d_blocked: a lane computes ROWS x COLS sums; a workgroup has LANES_N lanes along the columns. The others
 * as above. */
#define PZ_SPEC_BLOCKED_ROWS 1
#define PZ_SPEC_BLOCKED_COLS 2
#define PZ_SPEC_BLOCKED_LANES_N 3
#define PZ_SPEC_BLOCKED_STEP_K 4 /* a multiple of 8 */
#define PZ_SPEC_BLOCKED_ALIGNED 5
#define PZ_SPEC_BLOCKED_ACT 6
#define PZ_SPEC_BLOCKED_ACT_OUT 7
#define PZ_SPEC_BLOCKED_N 8

/* product_sum */
#define PZ_SPEC_PRODUCT_SUM_ACT 1
#define PZ_SPEC_PRODUCT_SUM_ACT_OUT 2
#define PZ_SPEC_PRODUCT_SUM_N 3

/* to_planar: a workgroup is one subgroup. EDGE: 1 if channels is not a multiple of PZ_PLANAR_CHANNELS. SPLITS: as in
 * strided_product. STRIDE: 1 or 2. FOLD_WIDTH: width of a line if lines are folded, a divisor of the workgroup size; 0 = not
 * folded. */
#define PZ_SPEC_TO_PLANAR_EDGE 1
#define PZ_SPEC_TO_PLANAR_SPLITS 2
#define PZ_SPEC_TO_PLANAR_STRIDE 3
#define PZ_SPEC_TO_PLANAR_FOLD_WIDTH 4
#define PZ_SPEC_TO_PLANAR_N 5

/* planar_product: a workgroup is one subgroup and computes VECTORS vectors x PZ_PLANAR_OUTPUTS columns, DEPTH channels per
 * iteration. */
#define PZ_SPEC_PLANAR_VECTORS 1
#define PZ_SPEC_PLANAR_DEPTH 2 /* divides the channels */
#define PZ_SPEC_PLANAR_PACKED 3   /* 1: n is a multiple of PZ_PLANAR_OUTPUTS */
#define PZ_SPEC_PLANAR_ACT 4
#define PZ_SPEC_PLANAR_ACT_OUT 5
#define PZ_SPEC_PLANAR_N 6
#define PZ_PLANAR_OUTPUTS 4
#define PZ_PLANAR_CHANNELS 16 /* channels must be a multiple of this */

/* winograd_*: a tile is TILE x TILE pixels of the result. Only winograd_output has ACT and ACT_OUT. */
#define PZ_SPEC_WINOGRAD_TILE 1 /* 2 or 3 */
#define PZ_SPEC_WINOGRAD_N 2
#define PZ_SPEC_WINOGRAD_ACT 2
#define PZ_SPEC_WINOGRAD_ACT_OUT 3
#define PZ_SPEC_WINOGRAD_OUTPUT_N 4

/* attention, attention_column: ROWS queries per lane, KEYS keys per iteration. attention_wide: ROWS queries per workgroup. */
#define PZ_SPEC_ATTENTION_ROWS 1
#define PZ_SPEC_ATTENTION_HEAD_DIM 2
#define PZ_SPEC_ATTENTION_WIDE_N 3
#define PZ_SPEC_ATTENTION_KEYS 3
#define PZ_SPEC_ATTENTION_MASKS 4 /* 1: not every query sees every key, or keys have a bias */
#define PZ_SPEC_ATTENTION_N 5

/* attention_matrices, after these: ROWS queries per workgroup, a multiple of COOP_M; KEYS keys per iteration, a multiple of
 * COOP_K and of COOP_N * SUBGROUPS_N; DEPTH columns of the head at a time, a multiple of the same. */
#define PZ_SPEC_ATTENTION_COOP_M 5
#define PZ_SPEC_ATTENTION_COOP_N 6
#define PZ_SPEC_ATTENTION_COOP_K 7
#define PZ_SPEC_ATTENTION_COOP_SUBGROUPS_N 8
#define PZ_SPEC_ATTENTION_COOP_DEPTH 9
#define PZ_SPEC_ATTENTION_COOP_N_SPEC 10

/* attention_gradient_matrices_queries and _keys, after these: ROWS queries or keys per workgroup, KEYS rows of the other kind
 * at a time; DEPTH is all columns of the head, padded. The number of lanes is a multiple of ROWS. WRITES: 0 = the _queries
 * kernel writes the statistics only. */
#define PZ_SPEC_ATTENTION_GRADIENT_WRITES 10
#define PZ_SPEC_ATTENTION_GRADIENT_N 11

/* attention_gradient_queries, attention_gradient_keys: HEAD_DIM is a multiple of 4. A lane has ROWS rows and streams over BLOCK
 * rows of the other kind per iteration. WRITES: 0 = the _queries kernel writes the statistics only. */
#define PZ_SPEC_ATTENTION_REGISTERS_HEAD_DIM 1
#define PZ_SPEC_ATTENTION_REGISTERS_WRITES 2
#define PZ_SPEC_ATTENTION_REGISTERS_ROWS 3
#define PZ_SPEC_ATTENTION_REGISTERS_BLOCK 4
#define PZ_SPEC_ATTENTION_REGISTERS_N 5

/* strided_product, softmax_gradient: a workgroup is one subgroup. SPLITS: floats that are contiguous across lanes are loaded
 * from a uniform address (PzGpuLimits.splits_loads). */
#define PZ_SPEC_STRIDED_SPLITS 1
#define PZ_SPEC_STRIDED_VECTORS 2
#define PZ_SPEC_STRIDED_DEPTH 3
#define PZ_SPEC_STRIDED_TAIL 4 /* 1: DEPTH does not divide the elements of k */
#define PZ_SPEC_STRIDED_ADDS 5 /* 1: y += ..., f32 only */
#define PZ_SPEC_STRIDED_N 6
#define PZ_SPEC_SOFTMAX_GRADIENT_MASKS 2 /* 1: not every query sees every key, or keys have a bias */
#define PZ_SPEC_SOFTMAX_GRADIENT_COLUMN 3 /* 1: only the probability of one key has a gradient */
#define PZ_SPEC_SOFTMAX_GRADIENT_N 4
#define PZ_STRIDED_OUTPUTS 4
#define PZ_SOFTMAX_GRADIENT_KEYS 8

/* Large workgroup counts are folded into two axes: index = y * PZ_FOLD + x, with at most PZ_FOLD workgroups in x. It is 2^15
 * because Vulkan guarantees only 65535 workgroups per axis. */
#define PZ_FOLD 32768

#endif
