/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/tiling.h"

/* No pixel is covered by more than two tiles: each of three tiles has at least 2 / 3 of the maximum length plus a third of the
 * overlap, so the first ends before the last begins. */
G_STATIC_ASSERT (PZ_TILE_SMALL >= 3 * PZ_TILE_OVERLAP && PZ_TILE_MOST >= PZ_TILE_SMALL);

static guint
div_up (guint a, guint b)
{
  return (a + b - 1) / b;
}

PzTiling
pz_tiling (guint total, guint most)
{
  const guint new_per_tile = most - PZ_TILE_OVERLAP;
  guint n = total <= most ? 1 : div_up (total - PZ_TILE_OVERLAP, new_per_tile);

  return (PzTiling) {
    .total = total,
    .n_tiles = n,
    .length = div_up (total + (n - 1) * PZ_TILE_OVERLAP, n),
  };
}

guint
pz_tiling_start (const PzTiling *tiling, guint index)
{
  return index == 0 ? 0 : index * (tiling->total - tiling->length) / (tiling->n_tiles - 1);
}

/* The number of pixels that tile `index` shares with the next tile. */
static guint
shared (const PzTiling *tiling, guint index, guint factor)
{
  return factor
         * (pz_tiling_start (tiling, index) + tiling->length
            - pz_tiling_start (tiling, index + 1));
}

float
pz_tiling_share (const PzTiling *tiling, guint index, guint factor, guint pixel)
{
  const guint behind = factor * tiling->length - 1 - pixel;

  if (index > 0 && pixel < shared (tiling, index - 1, factor))
    return ((float) pixel + 0.5f) / (float) shared (tiling, index - 1, factor);
  if (index + 1 < tiling->n_tiles && behind < shared (tiling, index, factor))
    return ((float) behind + 0.5f) / (float) shared (tiling, index, factor);
  return 1.0f;
}
