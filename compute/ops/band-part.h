/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention's gradient, one band: private to attention-band.c and band-products.c.
 */
#pragma once

#include "compute/ops/attention-band.h"

G_BEGIN_DECLS

enum
{
  PZ_BAND_Q,
  PZ_BAND_K,
  PZ_BAND_V,
  PZ_BAND_D_OUT,
  PZ_BAND_N_TENSORS,
};

/* How the work is cut, and where things lie in scratch. A function of shapes and limits. */
typedef struct
{
  guint lanes;
  guint rows; /* of scores: keys, and some behind them */
  guint columns; /* of scores: queries of a band, and some behind them */
  guint bands; /* of one batch entry */
  guint entries; /* batch entries at a time; 1 where there are several bands */
  guint heads; /* at a time; all where there are several entries */
  gsize floats[PZ_BAND_N_TENSORS]; /* offsets of widened tensors */
  gsize sheets[PZ_BAND_N_TENSORS]; /* of turned ones: Q and D_OUT */
  gsize scores;
  gsize gradients;
  gsize sums[PZ_BAND_N]; /* of dK and dV over the bands, where the result has halves */
  gsize bytes;
} PzBandLayout;

/* What one round of dispatches works on. */
typedef struct
{
  const PzNode *node;
  PzLowering *lowering;
  const PzBandAttention *attention;
  PzBandLayout layout;
  guint first_entry;
  guint entries;
  guint first_query;
  guint queries; /* of the band */
  guint first_head;
  guint heads;
  PzRange floats[PZ_BAND_N_TENSORS]; /* the entries' rows as floats */
  PzRange sheets[PZ_BAND_N_TENSORS];
  PzRange scores;
  PzRange gradients;
} PzBandPart;

/* Rows that a batch entry has of a tensor. */
guint pz_band_rows_of (const PzBandAttention *attention, guint tensor);

/* The rows that the part's entries have of a tensor. */
PzRange pz_band_entries_of (const PzBandPart *part, guint tensor);

PzRange pz_band_scratch_range (const PzBandPart *part, gsize offset, gsize n_floats);

/* The part's entries of a gradient in the result. */
PzRange pz_band_result_of (const PzBandPart *part, guint which);

/* Where a gradient's sums lie: in the result, or in scratch until the last band. */
gboolean pz_band_sums_in_scratch (const PzBandPart *part, guint which);

/* y = K Q^T and the like: a row a key, a column a query; a: the tensor of keys, b: that of queries. */
void pz_band_score (const PzBandPart *part, guint a, guint b, PzRange y);

/* Scores become probabilities, their gradients those of the scores. */
void pz_band_soften (const PzBandPart *part);

/* Adds the part's share of a gradient. */
void pz_band_gather (const PzBandPart *part, guint which);

G_END_DECLS
