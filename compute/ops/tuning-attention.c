/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of attention and of its gradient.
 */
#include "compute/ops/tuning-private.h"

typedef struct
{
  guint max_subgroup;
  guint max_head_dim; /* a lane needs 2 * head_dim registers for a query and its result */
  PzAttentionTile tile;
} AttentionRow;

/* The first matching row applies, provided that there are at least as many queries as rows per lane. They need not fill all
 * lanes, because another tile would be another kernel to compile. The last row always matches. Two queries per lane halve the
 * loads, as long as the unrolled loop fits in a CPU's L1 instruction cache. Each iteration copies and masks all results, so
 * more keys per iteration are better, unless there are few keys. */
static const AttentionRow attention_rows[] = {
  { 8, 64, { 2, 4 } },
  { 8, G_MAXUINT, { 1, 4 } },
  { NARROW_SUBGROUP, G_MAXUINT, { 1, 12 } },
  { G_MAXUINT, G_MAXUINT, { 1, 2 } },
};

/* A lane of a GPU has at most 255 registers, and waits less for memory if it needs no more than half of them. On a CPU each of
 * these registers is a cache line on the stack, which holds any number of them. */
#define MAX_LANE_HEAD_DIM 80

/* Loading an f16 value takes several instructions on a CPU: with more keys the unrolled loop exceeds the cache. */
#define MAX_KEYS_OF_HALVES 2u

/* From this number of queries on, converting the keys to f32 is faster. */
#define CONVERT_QUERIES 64

typedef struct
{
  guint max_head_dim;
  PzRegistersTile tile;
} RegistersRow;

/* The first row that is wide enough applies. If there is none, this implementation is not used, because the kernels would take
 * too long to compile. Two rows per lane halve the loads; each of their dot products takes one of the 16 registers that every
 * CPU has. */
static const RegistersRow registers_rows[] = {
  { 16, { 1, 8 } },
  { 80, { 2, 6 } },
};

typedef struct
{
  guint max_subgroup;
  guint
    max_head_dim; /* a lane sums whole quads of columns, so more lanes than quads would idle */
  guint lanes; /* 0 = one subgroup */
  guint rows;
} WideRow;

/* The first matching row applies; the last always matches and fits in 16 KiB of shared memory, Vulkan's minimum. With wide
 * subgroups, several subgroups share the queries, so that a lane has few columns and many lanes hide the latency of loads. */
static const WideRow wide_rows[] = {
  { NARROW_SUBGROUP, G_MAXUINT, 0, 4 },
  { G_MAXUINT, 256, 64, 8 },
  { G_MAXUINT, G_MAXUINT, 128, 8 },
  { G_MAXUINT, G_MAXUINT, 128, 4 },
};

typedef struct
{
  guint max_head_dim;
  guint subgroups_m;
  guint subgroups_n;
  guint key_fragments; /* per subgroup */
  guint max_depth;
} CoopAttentionRow;

/* The first row applies that is wide enough, fits, and is filled by the queries (the last row of a width need not be filled).
 * If there is none, matrices are not used. A subgroup of 32 lanes keeps up to 16 x 160 sums, 80 registers per lane; wider heads
 * are shared by several subgroups. The depth and the block of keys are as large as 48 KiB of shared memory allow in addition to
 * the queries. */
static const CoopAttentionRow coop_attention_rows[] = {
  { 96, 4, 1, 4, 96 },  { 96, 4, 1, 2, 96 },  { 96, 2, 1, 2, 96 },
  { 96, 1, 1, 2, 48 },  { 160, 4, 1, 2, 80 }, { 160, 2, 1, 2, 80 },
  { 160, 1, 1, 2, 48 }, { 512, 1, 4, 1, 64 }, { 512, 1, 2, 1, 64 },
};

/* The same for the gradient. Two sums for each element of a head of 160 take 160 registers per lane, or half of that if two
 * subgroups share the rows of a matrix. The rows of all four tensors are in shared memory as a whole. */
static const CoopAttentionRow coop_gradient_rows[] = {
  { 64, 4, 1, 1, 64 }, { 64, 2, 1, 2, 64 },   { 64, 1, 1, 2, 64 },   { 96, 2, 1, 2, 96 },
  { 96, 1, 1, 2, 96 }, { 160, 2, 2, 1, 160 }, { 160, 1, 2, 1, 160 }, { 160, 1, 1, 1, 160 },
};

/* Bytes of the scores per block of the attention gradient. On a CPU they fit in the last-level cache; a GPU needs many
 * workgroups. */
#define SCORES_BYTES (8u << 20)
#define WIDE_SCORES_BYTES (64u << 20)

guint
pz_tuning_coop_attention_shared_bytes (const PzGpuLimits *limits,
                                       const PzCoopAttentionTile *tile,
                                       guint head_dim)
{
  const guint rows = tile->subgroups_m * limits->coop_m;
  const guint subgroups = tile->subgroups_m * tile->subgroups_n;
  const guint columns = (head_dim + tile->depth - 1) / tile->depth * tile->depth;

  /* In the order of declaration in attention_matrices.comp. */
  return 16 * (rows * (columns / 8 + 1) + tile->keys * (tile->depth / 8 + 1))
         + 8 * rows * (tile->keys / 4 + 2)
         + 4
             * (rows * (tile->keys + 4) + rows + 1 + subgroups * limits->coop_subgroup_size
                + subgroups * limits->coop_m * limits->coop_n);
}

/* The least common multiple. */
static guint
common_multiple (guint a, guint b)
{
  guint n = a;

  while (n % b != 0)
    n += a;
  return n;
}

guint
pz_tuning_coop_attention_gradient_shared_bytes (const PzGpuLimits *limits,
                                                const PzCoopAttentionTile *tile,
                                                guint head_dim)
{
  const guint rows = tile->subgroups_m * limits->coop_m;
  const guint lanes = tile->subgroups_m * tile->subgroups_n * limits->coop_subgroup_size;
  const guint statistics = 4 * 3 * (MAX (rows, tile->keys) + lanes);

  (void) head_dim; /* the tile's depth covers all of it */
  /* In the order of declaration in lib/attention-gradient-tile.glsl, then two tiles of weights. */
  return 16 * 2 * (rows + tile->keys) * (tile->depth / 8 + 1) + 4 * 2 * rows * (tile->keys + 4)
         + 8 * 2 * rows * (tile->keys / 4 + 2) + statistics;
}

typedef guint (*SharedBytes) (const PzGpuLimits *limits,
                              const PzCoopAttentionTile *tile,
                              guint head_dim);

static gboolean
fits (const PzGpuLimits *limits,
      const CoopAttentionRow *row,
      SharedBytes shared_bytes,
      guint head_dim,
      PzCoopAttentionTile *tile)
{
  const guint shared_n = limits->coop_n * row->subgroups_n;
  const guint step = common_multiple (common_multiple (shared_n, limits->coop_k), 8);
  const guint parts = (head_dim + row->max_depth - 1) / row->max_depth;
  const guint part = (head_dim + parts - 1) / parts;
  const guint lanes = row->subgroups_m * row->subgroups_n * limits->coop_subgroup_size;

  *tile = (PzCoopAttentionTile) {
    .subgroups_m = row->subgroups_m,
    .subgroups_n = row->subgroups_n,
    .keys = common_multiple (shared_n * row->key_fragments, limits->coop_k),
    .depth = (part + step - 1) / step * step,
  };
  return head_dim <= row->max_head_dim && lanes <= limits->max_workgroup_invocations
         && shared_bytes (limits, tile, head_dim) <= limits->max_shared_bytes;
}

static gboolean
choose (const PzGpuLimits *limits,
        const CoopAttentionRow rows[],
        guint n_rows,
        SharedBytes shared_bytes,
        guint head_dim,
        guint queries,
        PzCoopAttentionTile *tile)
{
  PzCoopAttentionTile fitting;
  gboolean found = FALSE;

  if (!limits->prefer_coop || !COOP_WORTH (queries, limits->coop_m))
    return FALSE;
  for (guint i = 0; i < n_rows; i++)
    {
      if (!fits (limits, &rows[i], shared_bytes, head_dim, &fitting)
          || (found && fitting.subgroups_m >= tile->subgroups_m))
        continue;
      *tile = fitting;
      found = TRUE;
      if (queries > (fitting.subgroups_m - 1) * limits->coop_m)
        break;
    }
  return found;
}

gboolean
pz_tuning_coop_attention (const PzGpuLimits *limits,
                          guint head_dim,
                          guint queries,
                          PzCoopAttentionTile *tile)
{
  return pz_tuning_may_use (limits, PZ_FORM_ATTENTION)
         && choose (limits, coop_attention_rows, G_N_ELEMENTS (coop_attention_rows),
                    pz_tuning_coop_attention_shared_bytes, head_dim, queries, tile);
}

gboolean
pz_tuning_coop_attention_gradient (const PzGpuLimits *limits,
                                   guint head_dim,
                                   guint rows,
                                   PzCoopAttentionTile *tile)
{
  /* The kernels need this: a lane has one row, or a part of one. */
  return pz_tuning_may_use (limits, PZ_FORM_ATTENTION_GRADIENT)
         && limits->coop_subgroup_size % MAX (limits->coop_m, 1) == 0
         && choose (limits, coop_gradient_rows, G_N_ELEMENTS (coop_gradient_rows),
                    pz_tuning_coop_attention_gradient_shared_bytes, head_dim, rows, tile);
}

guint
pz_tuning_attention_max_head_dim (const PzGpuLimits *limits)
{
  return limits->subgroup_size > NARROW_SUBGROUP ? MAX_LANE_HEAD_DIM : PZ_MAX_HEAD_DIM;
}

PzAttentionTile
pz_tuning_attention (const PzGpuLimits *limits, guint head_dim, guint queries, gboolean halves)
{
  PzAttentionTile tile;
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (attention_rows)
         && (limits->subgroup_size > attention_rows[i].max_subgroup
             || head_dim > attention_rows[i].max_head_dim
             || queries < attention_rows[i].tile.rows))
    i++;
  tile = attention_rows[i].tile;
  if (halves)
    tile.keys = MIN (tile.keys, MAX_KEYS_OF_HALVES);
  return tile;
}

gboolean
pz_tuning_convert_keys (const PzGpuLimits *limits, guint head_dim, guint queries)
{
  return limits->splits_loads && head_dim % 4 == 0 && queries >= CONVERT_QUERIES;
}

gboolean
pz_tuning_attention_registers (const PzGpuLimits *limits, guint head_dim, PzRegistersTile *tile)
{
  if (!limits->splits_loads || limits->subgroup_size > NARROW_SUBGROUP || head_dim % 4 != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (registers_rows); i++)
    if (head_dim <= registers_rows[i].max_head_dim)
      {
        *tile = registers_rows[i].tile;
        return TRUE;
      }
  return FALSE;
}

guint
pz_tuning_wide_shared_bytes (const PzWideTile *tile, guint head_dim)
{
  /* The queries, with head_dim padded to a multiple of 4, then scores and weights. */
  return tile->rows * ((head_dim + 3) / 4 * 4 + 2 * tile->lanes) * 4;
}

PzWideTile
pz_tuning_wide_attention (const PzGpuLimits *limits, guint head_dim, guint queries)
{
  PzWideTile tile = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (wide_rows); i++)
    {
      const WideRow *row = &wide_rows[i];

      tile.lanes = row->lanes > 0 ? row->lanes : limits->subgroup_size;
      tile.rows = row->rows;
      if (limits->subgroup_size <= row->max_subgroup && head_dim <= row->max_head_dim
          && queries >= row->rows
          && pz_tuning_wide_shared_bytes (&tile, head_dim) <= limits->max_shared_bytes)
        break;
    }
  return tile;
}

gsize
pz_tuning_attention_block_bytes (const PzGpuLimits *limits)
{
  return limits->subgroup_size <= NARROW_SUBGROUP ? SCORES_BYTES : WIDE_SCORES_BYTES;
}
