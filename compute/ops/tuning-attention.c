/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tiles of attention and of its gradient.
 */
#include "compute/ops/tuning-private.h"

typedef struct
{
  guint max_subgroup;
  guint max_head_dim; /* a query and its result are 2 head_dim registers */
  PzAttentionTile tile;
} AttentionRow;

/* The first row that matches applies, if there are queries for each row of a lane, though they may not fill all lanes: that would
 * be another kernel to compile. The last matches always. Two queries per lane halve the loads, as long as the unrolled loop fits a
 * CPU's L1 instruction cache. Each iteration copies and masks all results, so more keys per iteration are better, unless there are
 * few keys. */
static const AttentionRow attention_rows[] = {
  { 8, 64, { 2, 4 } },
  { 8, G_MAXUINT, { 1, 4 } },
  { NARROW_SUBGROUP, G_MAXUINT, { 1, 12 } },
  { G_MAXUINT, G_MAXUINT, { 1, 2 } },
};

/* A lane of a graphics card has 255 registers at most, and waits less for memory if it needs no more than half of them; those of a
 * CPU are a cache line each, of which the stack has any number. */
#define MAX_LANE_HEAD_DIM 80

/* Loading a half takes several instructions on a CPU: with more keys the unrolled loop exceeds the cache. */
#define MAX_KEYS_OF_HALVES 2u

/* Converting the keys to f32 is faster from this many queries on. */
#define CONVERT_QUERIES 64

typedef struct
{
  guint max_head_dim;
  PzRegistersTile tile;
} RegistersRow;

/* The first row that is wide enough applies; where none is, the kernels would take too long to compile. Two rows per lane halve the
 * loads, and each of their dot products is a register of the 16 that any CPU has. */
static const RegistersRow registers_rows[] = {
  { 16, { 1, 8 } },
  { 80, { 2, 6 } },
};

typedef struct
{
  guint max_subgroup;
  guint
    max_head_dim; /* a lane sums whole quads of columns, so more lanes than those would idle */
  guint lanes; /* 0 = one subgroup */
  guint rows;
} WideRow;

/* The first matching row applies; the last matches always, in 16 KiB of shared memory, Vulkan's minimum. With wide subgroups,
 * several share the queries, so that a lane has few columns and many lanes hide the latency of loads. */
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

/* The first row that is wide enough, is filled by the queries (the last of its width need not be), and fits applies; where none does,
 * matrices are not used. A subgroup of 32 lanes keeps up to 16 x 160 sums, 80 registers a lane; wider heads are shared by several.
 * A part of DEPTH columns and a block of keys are as large as 48 KiB of shared memory allow beside the queries. */
static const CoopAttentionRow coop_attention_rows[] = {
  { 96, 4, 1, 4, 96 },  { 96, 4, 1, 2, 96 },  { 96, 2, 1, 2, 96 },
  { 96, 1, 1, 2, 48 },  { 160, 4, 1, 2, 80 }, { 160, 2, 1, 2, 80 },
  { 160, 1, 1, 2, 48 }, { 512, 1, 4, 1, 64 }, { 512, 1, 2, 1, 64 },
};

/* The same for the gradient. Two sums for each element of a head of 160 are 160 registers a lane, or half of those where two subgroups
 * share a matrix's rows. All four tensors' rows are whole in shared memory. */
static const CoopAttentionRow coop_gradient_rows[] = {
  { 64, 4, 1, 1, 64 }, { 64, 2, 1, 2, 64 },   { 64, 1, 1, 2, 64 },   { 96, 2, 1, 2, 96 },
  { 96, 1, 1, 2, 96 }, { 160, 2, 2, 1, 160 }, { 160, 1, 2, 1, 160 }, { 160, 1, 1, 1, 160 },
};

/* Scores per block of the attention gradient: they fit a CPU's last-level cache; a GPU needs many workgroups. */
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

  /* In the order of attention_matrices.comp. */
  return 16 * (rows * (columns / 8 + 1) + tile->keys * (tile->depth / 8 + 1))
         + 8 * rows * (tile->keys / 4 + 2)
         + 4
             * (rows * (tile->keys + 4) + rows + 1 + subgroups * limits->coop_subgroup_size
                + subgroups * limits->coop_m * limits->coop_n);
}

/* The least multiple of both. */
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

  (void) head_dim; /* all of it is in the tile's depth */
  /* In the order of lib/attention-gradient-tile.glsl; then two tiles of weights. */
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
  /* A lane has a row, or a part of one. */
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
  /* Queries, padded to a multiple of 4; scores and weights. */
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
