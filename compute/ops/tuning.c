/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/tuning-private.h"

typedef struct
{
  guint max_subgroup; /* the row is for subgroups up to this size */
  gsize max_m; /* and products of up to this many rows */
  guint rows[PZ_PLAIN_CONV2D + 1]; /* per lane, by form */
} PlainRows;

/* The first matching row applies. On a CPU more rows per tile save loads of w, until the sums exceed the registers; a convolution
 * reaches that point earlier, because it also computes the addresses of its window. */
static const PlainRows plain_rows[] = {
  { .max_subgroup = NARROW_SUBGROUP, .max_m = 1, .rows = { 1, 1 } },
  { .max_subgroup = NARROW_SUBGROUP, .max_m = 4, .rows = { 4, 4 } },
  { .max_subgroup = NARROW_SUBGROUP, .max_m = 8, .rows = { 8, 8 } },
  { .max_subgroup = NARROW_SUBGROUP, .max_m = G_MAXSIZE, .rows = { 12, 8 } },
  { .max_subgroup = G_MAXUINT, .max_m = 1, .rows = { 1, 1 } },
  { .max_subgroup = G_MAXUINT, .max_m = G_MAXSIZE, .rows = { 4, 4 } },
};

/* The first whose tile is no wider than the product, else the last. */
static const guint plain_cols[] = { 4, 2, 1 };

/* Largest first. The first that fits and gives enough workgroups for any device applies, else the last, which fits every device
 * with cooperative matrices (16 KiB of shared memory, Vulkan's minimum). */
#define ENOUGH_GROUPS 128
static const PzCoopTile coop_tiles[] = {
  { .fragments_m = 4, .fragments_n = 4, .subgroups_m = 2, .subgroups_n = 2, .step_k = 2 },
  { .fragments_m = 2, .fragments_n = 2, .subgroups_m = 2, .subgroups_n = 2, .step_k = 2 },
  { .fragments_m = 1, .fragments_n = 1, .subgroups_m = 2, .subgroups_n = 2, .step_k = 2 },
};


/* Where even the smallest tile does not give so many, k is split until there are SPLIT_GROUPS; no further, since adding the parts takes
 * time too. */
#define SPLIT_GROUPS 384
#define MIN_PART 512u
#define MAX_SPLITS 8u

/* Chosen in the same way. */
static const PzBlockedTile blocked_tiles[] = {
  { .rows = 8, .cols = 4, .lanes_m = 16, .lanes_n = 16, .step_k = 16 },
  { .rows = 4, .cols = 4, .lanes_m = 16, .lanes_n = 16, .step_k = 16 },
  { .rows = 4, .cols = 2, .lanes_m = 8, .lanes_n = 16, .step_k = 32 },
};
/* With fewer rows or columns most of a tile would be padding. */
#define BLOCKED_LEAST 16u

/* Most vectors per workgroup of a planar product. Loading a half of w takes three instructions for all vectors, so more vectors are
 * better, until the sums and their operands exceed the registers: 16 with 8 lanes, 32 with 16 lanes. More than 4 only compile
 * longer. */
#define PLANAR_VECTORS(lanes) ((lanes) > 8 ? 4u : 3u)

/* The same of Winograd's products: with registers of 256 bits two vectors are as fast as three or faster, and leave fewer of the last
 * tile's empty. */
#define WINOGRAD_VECTORS(lanes) ((lanes) > 8 ? 4u : 2u)

/* Converting w to f32 beforehand is faster from this many rows on. */
#define CONVERT_ROWS 512

/* The weight is transformed once for all rows, x once for all columns: with fewer of either, the transforms
 * cost more than the products they save. */
#define WINOGRAD_ROWS 256
#define WINOGRAD_COLUMNS 64

/* The software driver copies all sums at each iteration, so the first that divides k applies. */
static const guint planar_depths[] = { 32, 16 };

/* Elements of k per iteration of a strided product, at most all: a divisor in this range, because a remainder is added one by one;
 * else STRIDED_DEPTH. */
#define MAX_STRIDED_DEPTH 32u
#define MIN_STRIDED_DEPTH 8u
#define STRIDED_DEPTH 16u

PzPlainTile
pz_tuning_plain (const PzGpuLimits *limits, PzPlainForm form, gsize m, guint n)
{
  PzPlainTile tile = { .lanes = limits->subgroup_size };
  const PlainRows *row = plain_rows;
  guint i = 0;

  while (limits->subgroup_size > row->max_subgroup || m > row->max_m)
    row++;
  while (i + 1 < G_N_ELEMENTS (plain_cols) && tile.lanes * plain_cols[i] > n)
    i++;
  tile.rows = row->rows[form];
  tile.cols = plain_cols[i];
  return tile;
}

gboolean
pz_tuning_use_coop (const PzGpuLimits *limits, gsize m, guint n, guint k)
{
  return limits->prefer_coop && pz_tuning_may_use (limits, PZ_FORM_COOP)
         && COOP_WORTH (m, limits->coop_m) && COOP_WORTH (n, limits->coop_n)
         && COOP_WORTH (k, limits->coop_k);
}

guint
pz_tuning_coop_shared_bytes (const PzGpuLimits *limits, const PzCoopTile *tile)
{
  const guint subgroups = tile->subgroups_m * tile->subgroups_n;
  const guint tile_m = limits->coop_m * tile->fragments_m * tile->subgroups_m;
  const guint tile_n = limits->coop_n * tile->fragments_n * tile->subgroups_n;
  const guint stride = limits->coop_k * tile->step_k / 8 + 1; /* STRIDE of lib/coop-tile.glsl */

  return 2 * (tile_m + tile_n) * stride * 16 + subgroups * limits->coop_m * limits->coop_n * 4;
}

static gboolean
coop_tile_fits (const PzGpuLimits *limits, const PzCoopTile *tile)
{
  return pz_tuning_coop_shared_bytes (limits, tile) <= limits->max_shared_bytes
         && tile->subgroups_m * tile->subgroups_n * limits->coop_subgroup_size
              <= limits->max_workgroup_invocations;
}

/* Number of workgroups whose tiles cover the result. */
static gsize
n_tiles (gsize m, guint n, gsize tile_m, gsize tile_n)
{
  return ((m + tile_m - 1) / tile_m) * ((n + tile_n - 1) / tile_n);
}

static gsize
coop_groups (const PzGpuLimits *limits, const PzCoopTile *tile, gsize m, guint n)
{
  return n_tiles (m, n, limits->coop_m * tile->fragments_m * tile->subgroups_m,
                  limits->coop_n * tile->fragments_n * tile->subgroups_n);
}

PzCoopTile
pz_tuning_coop (const PzGpuLimits *limits, gsize m, guint n)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (coop_tiles)
         && !(coop_tile_fits (limits, &coop_tiles[i])
              && coop_groups (limits, &coop_tiles[i], m, n) >= ENOUGH_GROUPS))
    i++;
  return coop_tiles[i];
}

guint
pz_tuning_blocked_shared_bytes (const PzBlockedTile *tile)
{
  const guint rows = tile->rows * tile->lanes_m + tile->cols * tile->lanes_n;

  return 2 * rows * (tile->step_k / 8 + 1) * 16; /* STRIDE of lib/staged-operands.glsl */
}

gboolean
pz_tuning_use_packed (const PzGpuLimits *limits)
{
  return limits->f16_arithmetic && pz_tuning_may_use (limits, PZ_FORM_PACKED);
}

gboolean
pz_tuning_use_blocked (const PzGpuLimits *limits, gsize m, guint n)
{
  /* On a CPU shared memory is no faster than the caches. */
  const gboolean is_wanted =
    limits->subgroup_size > NARROW_SUBGROUP || !pz_tuning_may_use (limits, PZ_FORM_PLAIN);
  const gboolean may =
    pz_tuning_may_use (limits, PZ_FORM_BLOCKED) || pz_tuning_use_packed (limits);

  return is_wanted && may && m >= BLOCKED_LEAST && n >= BLOCKED_LEAST;
}

PzBlockedTile
pz_tuning_blocked (const PzGpuLimits *limits, gsize m, guint n)
{
  guint i = 0;

  for (; i + 1 < G_N_ELEMENTS (blocked_tiles); i++)
    {
      const PzBlockedTile *tile = &blocked_tiles[i];

      if (tile->lanes_m * tile->lanes_n <= limits->max_workgroup_invocations
          && pz_tuning_blocked_shared_bytes (tile) <= limits->max_shared_bytes
          && n_tiles (m, n, tile->rows * tile->lanes_m, tile->cols * tile->lanes_n)
               >= ENOUGH_GROUPS)
        break;
    }
  return blocked_tiles[i];
}

static guint
splits (gsize groups, guint k, guint unit)
{
  const guint units = (k + unit - 1) / unit;
  const guint wanted = (guint) MIN (SPLIT_GROUPS / groups, MIN (k / MIN_PART, MAX_SPLITS));
  guint length;

  if (groups >= ENOUGH_GROUPS || wanted < 2)
    return 1;
  length = (units + wanted - 1) / wanted;
  return (units + length - 1) / length;
}

guint
pz_tuning_coop_splits (const PzGpuLimits *limits, gsize m, guint n, guint k)
{
  const PzCoopTile tile = pz_tuning_coop (limits, m, n);

  return splits (coop_groups (limits, &tile, m, n), k,
                 MAX (PZ_SPLIT_UNIT, limits->coop_k * tile.step_k));
}

guint
pz_tuning_blocked_splits (const PzGpuLimits *limits, gsize m, guint n, guint k)
{
  const PzBlockedTile tile = pz_tuning_blocked (limits, m, n);

  return splits (n_tiles (m, n, tile.rows * tile.lanes_m, tile.cols * tile.lanes_n), k,
                 MAX (PZ_SPLIT_UNIT, tile.step_k));
}

/* Also applies to Winograd's products, because they are planar. */
static gboolean
is_wide_enough (const PzGpuLimits *limits, gsize m, guint width)
{
  /* At least half a vector. */
  return limits->splits_loads && limits->f16_arithmetic
         && limits->subgroup_size <= NARROW_SUBGROUP && 2 * m >= limits->subgroup_size
         && 2 * width >= limits->subgroup_size;
}

gboolean
pz_tuning_use_planar (const PzGpuLimits *limits, gsize m, guint width)
{
  return pz_tuning_may_use (limits, PZ_FORM_PLANAR) && is_wide_enough (limits, m, width);
}

gboolean
pz_tuning_use_winograd (const PzGpuLimits *limits, gsize m, guint n)
{
  return pz_tuning_may_use (limits, PZ_FORM_WINOGRAD) && is_wide_enough (limits, m, (guint) m)
         && m >= WINOGRAD_ROWS && n >= WINOGRAD_COLUMNS;
}

guint
pz_tuning_planar_vectors (const PzGpuLimits *limits, gsize m)
{
  const guint lanes = limits->subgroup_size;

  return (guint) CLAMP ((m + lanes - 1) / lanes, 1, PLANAR_VECTORS (lanes));
}

static guint
winograd_vectors (const PzGpuLimits *limits, gsize tiles)
{
  return MIN (pz_tuning_planar_vectors (limits, tiles),
              WINOGRAD_VECTORS (limits->subgroup_size));
}

/* Number of products per channel and column for a picture in tiles of this side: all points of whole vectors. */
static gsize
winograd_products (const PzGpuLimits *limits, guint side, guint height, guint width)
{
  const gsize tiles = (gsize) ((height + side - 1) / side) * ((width + side - 1) / side);
  const gsize at_once = (gsize) limits->subgroup_size * winograd_vectors (limits, tiles);

  return (side + 2) * (side + 2) * ((tiles + at_once - 1) / at_once) * at_once;
}

guint
pz_tuning_winograd_side (const PzGpuLimits *limits, guint height, guint width)
{
  return winograd_products (limits, 3, height, width)
             < winograd_products (limits, 2, height, width)
           ? 3
           : 2;
}

PzPlanarTile
pz_tuning_planar (const PzGpuLimits *limits, gsize m, guint channels)
{
  PzPlanarTile tile = { .lanes = limits->subgroup_size };
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (planar_depths) && channels % planar_depths[i] != 0)
    i++;
  tile.vectors = pz_tuning_planar_vectors (limits, m);
  tile.depth = planar_depths[i];
  tile.converts_weight = m >= CONVERT_ROWS;
  return tile;
}

PzPlanarTile
pz_tuning_winograd (const PzGpuLimits *limits, gsize tiles, guint channels)
{
  PzPlanarTile tile = pz_tuning_planar (limits, tiles, channels);

  tile.vectors = winograd_vectors (limits, tiles);
  return tile;
}

PzStridedTile
pz_tuning_strided (const PzGpuLimits *limits, guint columns, guint n_k)
{
  const guint vectors = (columns + limits->subgroup_size - 1) / limits->subgroup_size;
  const guint most = PLANAR_VECTORS (limits->subgroup_size);
  const guint tiles = (vectors + most - 1) / most;
  PzStridedTile tile = { .vectors = (vectors + tiles - 1) / tiles,
                         .depth = MIN (n_k, MAX_STRIDED_DEPTH) };

  while (tile.depth > MIN_STRIDED_DEPTH && n_k % tile.depth != 0)
    tile.depth--;
  if (n_k > MAX_STRIDED_DEPTH && n_k % tile.depth != 0)
    tile.depth = STRIDED_DEPTH;
  return tile;
}
