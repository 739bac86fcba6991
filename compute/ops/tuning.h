/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which form of a kernel, and which tile, for a shape on a device: tables over the device's
 * limits, never over its maker. The answers are sizes; what makes a form legal stands beside
 * its op.
 *
 * Same bits. All tiles of one form add in the same order, so a tile may follow from the
 * whole shape. Plain lanes and cooperative matrices add in different orders, so that choice
 * looks at one batch entry only: a picture is the same alone or in a batch. Thread: any.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct
{
  guint lanes; /* of a workgroup: one subgroup */
  guint rows; /* sums of one lane */
  guint cols;
} PzPlainTile;

typedef enum
{
  PZ_PLAIN_MATMUL, /* one loop over k */
  PZ_PLAIN_CONV2D, /* a loop over the window's taps around it */
} PzPlainForm;

/* For a product of m rows and n columns on plain lanes. */
PzPlainTile pz_tuning_plain (const PzGpuLimits *limits, PzPlainForm form, gsize m, guint n);

typedef struct
{
  guint fragments_m; /* matrices of one subgroup */
  guint fragments_n;
  guint subgroups_m; /* subgroups of a workgroup */
  guint subgroups_n;
  guint step_k; /* depth of the tiles in shared memory, in coop_k */
} PzCoopTile;

/* Whether a product whose batch entries have m rows should run on cooperative matrices. */
gboolean pz_tuning_use_coop (const PzGpuLimits *limits, gsize m, guint n, guint k);

/* For a product of m rows (all of them) and n columns there; the last row of the table fits
 * every device that has them. */
PzCoopTile pz_tuning_coop (const PzGpuLimits *limits, gsize m, guint n);

/* Bytes of shared memory that a tile takes. */
guint pz_tuning_coop_shared_bytes (const PzGpuLimits *limits, const PzCoopTile *tile);

typedef struct
{
  guint lanes; /* of a workgroup: one subgroup, neighbouring pixels */
  guint vectors; /* of pixels */
  guint depth; /* elements of k in one turn of the loop, divides the channels */
  gboolean converts_weight; /* halves of w are made floats once, not in every workgroup */
} PzPlanarTile;

/* Whether a product whose batch entries have m rows, in lines of `width`, should run over a sheet. */
gboolean pz_tuning_use_planar (const PzGpuLimits *limits, gsize m, guint width);

/* Whether Winograd's transforms pay for a 3x3 convolution to n columns, m as above. */
gboolean pz_tuning_use_winograd (const PzGpuLimits *limits, gsize m, guint n);

/* How many pixels a tile is wide and high, 2 or 3, for pictures of this size. */
guint pz_tuning_winograd_side (const PzGpuLimits *limits, guint height, guint width);

/* For m rows (all of them). */
guint pz_tuning_planar_vectors (const PzGpuLimits *limits, gsize m);
PzPlanarTile pz_tuning_planar (const PzGpuLimits *limits, gsize m, guint channels);

typedef struct
{
  guint lanes; /* of a workgroup; as many keys are met at once */
  guint rows; /* queries of a workgroup, a multiple of 4 */
} PzWideTile;

/* For attention whose heads the lanes of a workgroup share. */
PzWideTile pz_tuning_wide_attention (const PzGpuLimits *limits, guint head_dim, guint queries);

/* Bytes of shared memory that a tile takes. */
guint pz_tuning_wide_shared_bytes (const PzWideTile *tile, guint head_dim);

/* Whether the keys and values of heads that a lane holds should become floats first. */
gboolean pz_tuning_convert_keys (const PzGpuLimits *limits, guint head_dim, guint queries);

typedef struct
{
  guint rows; /* queries that one lane holds */
  guint keys; /* that it meets at a time */
} PzAttentionTile;

/* For attention whose heads a lane holds; `halves`: keys are read as halves. */
PzAttentionTile
pz_tuning_attention (const PzGpuLimits *limits, guint head_dim, guint queries, gboolean halves);

/* Whether attention's gradient should be made by lanes that hold a row of such heads each. */
gboolean pz_tuning_use_attention_registers (const PzGpuLimits *limits, guint head_dim);

/* Of scores and their gradients that attention's gradient holds at a time. */
gsize pz_tuning_attention_block_bytes (const PzGpuLimits *limits);

typedef struct
{
  guint vectors; /* of columns, of one workgroup, each as long as a subgroup */
  guint depth; /* elements of k that are added up by themselves */
} PzStridedTile;

/* For its products, of so many columns and elements of k. */
PzStridedTile pz_tuning_strided (const PzGpuLimits *limits, guint columns, guint n_k);

G_END_DECLS
