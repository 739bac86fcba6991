/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One block of the attention gradient. Private to attention-blocks.c and attention-blocks-products.c.
 */
#pragma once

#include "compute/ops/attention-blocks.h"

G_BEGIN_DECLS

enum
{
  PZ_ATTENTION_BLOCK_Q,
  PZ_ATTENTION_BLOCK_K,
  PZ_ATTENTION_BLOCK_V,
  PZ_ATTENTION_BLOCK_D_OUT,
  PZ_ATTENTION_BLOCK_N_TENSORS,
};

/* Block sizes and scratch offsets. Depends only on shapes and limits. */
typedef struct
{
  guint lanes;
  guint rows; /* rows of the scores: keys, padded */
  guint columns; /* columns of the scores: queries of a block, padded */
  guint n_blocks; /* blocks of queries per batch entry */
  guint entries; /* batch entries per block; 1 if n_blocks > 1 */
  guint heads; /* heads per block; all heads if entries > 1 */
  gsize floats[PZ_ATTENTION_BLOCK_N_TENSORS]; /* offsets of the f32 copies */
  gsize planar[PZ_ATTENTION_BLOCK_N_TENSORS]; /* offsets of the planar copies of Q and D_OUT */
  gsize scores;
  gsize gradients;
  gsize
    sums[PZ_ATTENTION_N_GRADIENTS]; /* offsets of the sums of dK and dV if the result is f16 */
  gsize bytes;
} PzAttentionBlockLayout;

/* The block that one round of dispatches computes. */
typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzAttentionBackward *attention;
  PzAttentionBlockLayout layout;
  guint first_entry;
  guint entries;
  guint first_query;
  guint queries; /* in the block */
  guint first_head;
  guint heads;
  PzRange floats[PZ_ATTENTION_BLOCK_N_TENSORS]; /* rows of the block's entries in f32 */
  PzRange planar[PZ_ATTENTION_BLOCK_N_TENSORS];
  PzRange scores;
  PzRange gradients;
} PzAttentionBlock;

/* Rows of a tensor per batch entry. */
guint pz_attention_block_rows_of (const PzAttentionBackward *attention, guint tensor);

/* The range of a tensor that belongs to the block's batch entries. */
PzRange pz_attention_block_entries_of (const PzAttentionBlock *part, guint tensor);

PzRange
pz_attention_block_scratch_range (const PzAttentionBlock *part, gsize offset, gsize n_floats);

/* The range of a gradient in the result that belongs to the block's batch entries. */
PzRange pz_attention_block_result_of (const PzAttentionBlock *part, guint which);

/* TRUE if a gradient is accumulated in scratch until the last block, FALSE if it is accumulated in the result. */
gboolean pz_attention_block_sums_in_scratch (const PzAttentionBlock *part, guint which);

/* y = a b^T with one row per key and one column per query; a: K or V, b: Q or D_OUT. */
void pz_attention_block_score (const PzAttentionBlock *part, guint a, guint b, PzRange y);

/* Softmax and its gradient, in place. */
void pz_attention_block_softmax (const PzAttentionBlock *part);

/* Adds the block's contribution to a gradient. */
void pz_attention_block_accumulate (const PzAttentionBlock *part, guint which);

G_END_DECLS
