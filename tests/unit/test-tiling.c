/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The division of a latent into tiles: everything is covered, no tile is too long, and shares add up to one.
 */
#include "models/params.h"
#include "models/tasks/tiling.h"

#define LONGEST (PZ_MAX_SIDE / 8) /* latent pixels */

static void
test_known (void)
{
  static const struct
  {
    guint total, most, n_tiles, length, starts[4];
  } rows[] = {
    { 1, 72, 1, 1, { 0 } },
    { 64, 72, 1, 64, { 0 } },
    { 72, 72, 1, 72, { 0 } },
    { 73, 72, 2, 45, { 0, 28 } },
    { 96, 72, 2, 56, { 0, 40 } },
    { 128, 72, 2, 72, { 0, 56 } },
    { 129, 72, 3, 54, { 0, 37, 75 } },
    { 192, 72, 4, 60, { 0, 44, 88, 132 } },
    { 48, 48, 1, 48, { 0 } },
    { 64, 48, 2, 40, { 0, 24 } },
    { 81, 48, 3, 38, { 0, 21, 43 } },
    { 128, 48, 4, 44, { 0, 28, 56, 84 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const PzTiling tiling = pz_tiling (rows[i].total, rows[i].most);

      g_assert_cmpuint (tiling.n_tiles, ==, rows[i].n_tiles);
      g_assert_cmpuint (tiling.length, ==, rows[i].length);
      for (guint j = 0; j < tiling.n_tiles; j++)
        g_assert_cmpuint (pz_tiling_start (&tiling, j), ==, rows[i].starts[j]);
    }
}

static void
check_cover (guint most)
{
  for (guint total = 1; total <= LONGEST; total++)
    {
      const PzTiling tiling = pz_tiling (total, most);
      const guint last = tiling.n_tiles - 1;

      g_assert_cmpuint (tiling.length, <=, most);
      g_assert_cmpuint (pz_tiling_start (&tiling, 0), ==, 0);
      g_assert_cmpuint (pz_tiling_start (&tiling, last) + tiling.length, ==, total);
      for (guint i = 0; i < last; i++)
        {
          const guint end = pz_tiling_start (&tiling, i) + tiling.length;

          g_assert_cmpuint (end, >=, pz_tiling_start (&tiling, i + 1) + PZ_TILE_OVERLAP);
          if (i + 2 < tiling.n_tiles)
            g_assert_cmpuint (end, <=, pz_tiling_start (&tiling, i + 2));
        }
    }
}

static void
test_cover (void)
{
  check_cover (PZ_TILE_MOST);
  check_cover (PZ_TILE_SMALL);
}

/* Adds up the shares along one axis. Returns the largest difference between the shares of neighbouring pixels in one tile. */
static float
add_shares (const PzTiling *tiling, guint factor, float sums[])
{
  float steepest = 0.0f;

  for (guint i = 0; i < tiling->n_tiles; i++)
    {
      const guint first = factor * pz_tiling_start (tiling, i);
      float before = i == 0 ? 1.0f : 0.0f;

      for (guint pixel = 0; pixel < factor * tiling->length; pixel++)
        {
          const float share = pz_tiling_share (tiling, i, factor, pixel);

          g_assert_true (share > 0.0f && share <= 1.0f);
          steepest = MAX (steepest, ABS (share - before));
          sums[first + pixel] += share;
          before = share;
        }
      steepest = MAX (steepest, i + 1 < tiling->n_tiles ? before : 1.0f - before);
    }
  return steepest;
}

static void
test_shares (void)
{
  static const guint factors[] = { 1, 4, 8 };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    for (guint total = 1; total <= LONGEST; total += 7)
      {
        const PzTiling tiling = pz_tiling (total, total % 2 ? PZ_TILE_MOST : PZ_TILE_SMALL);
        g_autofree float *sums = g_new0 (float, (gsize) factors[i] * total);
        const float steepest = add_shares (&tiling, factors[i], sums);

        /* No seam: shares are nowhere steeper than a ramp over the smallest overlap. */
        g_assert_cmpfloat (steepest, <=, 1.001f / (float) (factors[i] * PZ_TILE_OVERLAP));
        for (guint pixel = 0; pixel < factors[i] * total; pixel++)
          g_assert_cmpfloat_with_epsilon (sums[pixel], 1.0f, 1e-6f);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiling/some-sizes-by-hand", test_known);
  g_test_add_func ("/tiling/every-length-is-covered-by-short-tiles", test_cover);
  g_test_add_func ("/tiling/shares-add-up-and-fade-without-a-seam", test_shares);
  return g_test_run ();
}
