/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention's gradient, one band: private to attention-blocks.c and attention-blocks-products.c.
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

/* How the work is choose_block, and where things lie in scratch. A function of shapes and limits. */
typedef struct
{
  guint lanes;
  guint rows; /* of scores: keys, and some behind them */
  guint columns; /* of scores: queries of a band, and some behind them */
  guint n_blocks; /* of one batch entry */
  guint entries; /* batch entries at a time; 1 where there are several n_blocks */
  guint heads; /* at a time; all where there are several entries */
  gsize floats[PZ_ATTENTION_BLOCK_N_TENSORS]; /* offsets of widened tensors */
  gsize planar[PZ_ATTENTION_BLOCK_N_TENSORS]; /* of turned ones: Q and D_OUT */
  gsize scores;
  gsize gradients;
  gsize sums[PZ_ATTENTION_N_GRADIENTS]; /* of dK and dV over the n_blocks, where the result uses halves */
  gsize bytes;
} PzAttentionBlockLayout;

/* What one round of dispatches works on. */
typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzAttentionBackward *attention;
  PzAttentionBlockLayout layout;
  guint first_entry;
  guint entries;
  guint first_query;
  guint queries; /* of the band */
  guint first_head;
  guint heads;
  PzRange floats[PZ_ATTENTION_BLOCK_N_TENSORS]; /* the entries' rows as floats */
  PzRange planar[PZ_ATTENTION_BLOCK_N_TENSORS];
  PzRange scores;
  PzRange gradients;
} PzAttentionBlock;

/* Rows that a batch entry uses of a tensor. */
guint pz_attention_block_rows_of (const PzAttentionBackward *attention, guint tensor);

/* The rows that the part's entries have of a tensor. */
PzRange pz_attention_block_entries_of (const PzAttentionBlock *part, guint tensor);

PzRange pz_attention_block_scratch_range (const PzAttentionBlock *part, gsize offset, gsize n_floats);

/* The part's entries of a gradient in the result. */
PzRange pz_attention_block_result_of (const PzAttentionBlock *part, guint which);

/* Where a gradient's sums lie: in the result, or in scratch until the last band. */
gboolean pz_attention_block_sums_in_scratch (const PzAttentionBlock *part, guint which);

/* y = K Q^T and the like: a row a key, a column a query; a: the tensor of keys, b: that of queries. */
void pz_attention_block_score (const PzAttentionBlock *part, guint a, guint b, PzRange y);

/* Scores become probabilities, their gradients those of the scores. */
void pz_attention_block_softmax (const PzAttentionBlock *part);

/* Adds the part's share of a gradient. */
void pz_attention_block_accumulate (const PzAttentionBlock *part, guint which);

G_END_DECLS
