/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/tuning.h"

/* Limits of several kinds of devices, each with the smallest values of its kind. */
static const PzGpuLimits devices[] = {
  { .subgroup_size = 4, .max_shared_bytes = 32768, .max_workgroup_invocations = 1024 },
  { .subgroup_size = 8,
    .max_shared_bytes = 32768,
    .max_workgroup_invocations = 1024,
    .coop_m = 8,
    .coop_n = 8,
    .coop_k = 8,
    .coop_subgroup_size = 8 },
  { .subgroup_size = 32,
    .max_shared_bytes = 16384,
    .max_workgroup_invocations = 128,
    .coop_m = 16,
    .coop_n = 16,
    .coop_k = 16,
    .coop_subgroup_size = 32,
    .prefer_coop = 1 },
  { .subgroup_size = 32,
    .max_shared_bytes = 49152,
    .max_workgroup_invocations = 1024,
    .coop_m = 16,
    .coop_n = 16,
    .coop_k = 16,
    .coop_subgroup_size = 32,
    .prefer_coop = 1 },
  { .subgroup_size = 64,
    .max_shared_bytes = 65536,
    .max_workgroup_invocations = 1024,
    .coop_m = 16,
    .coop_n = 16,
    .coop_k = 16,
    .coop_subgroup_size = 64,
    .prefer_coop = 1 },
};

static const gsize row_counts[] = { 1, 2, 3, 8, 13, 77, 256, 4096, 262144 };
static const guint column_counts[] = { 1, 3, 4, 9, 40, 320, 1280, 10240 };

/* Calls `check` for every device and shape. */
static void
for_each (void (*check) (const PzGpuLimits *limits, gsize m, guint n))
{
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint i = 0; i < G_N_ELEMENTS (row_counts); i++)
      for (guint j = 0; j < G_N_ELEMENTS (column_counts); j++)
        check (&devices[d], row_counts[i], column_counts[j]);
}

static void
check_coop (const PzGpuLimits *limits, gsize m, guint n)
{
  PzCoopTile tile;

  if (limits->coop_m == 0)
    return;
  tile = pz_tuning_coop (limits, m, n);
  g_assert_cmpuint (pz_tuning_coop_shared_bytes (limits, &tile), <=, limits->max_shared_bytes);
  g_assert_cmpuint (tile.subgroups_m * tile.subgroups_n * limits->coop_subgroup_size, <=,
                    limits->max_workgroup_invocations);
}

static void
test_every_coop_tile_fits_its_device (void)
{
  for_each (check_coop);
}

static void
check_blocked (const PzGpuLimits *limits, gsize m, guint n)
{
  const PzBlockedTile tile = pz_tuning_blocked (limits, m, n);

  /* Only devices with wide subgroups use blocked tiles. */
  if (limits->subgroup_size < 32)
    {
      g_assert_false (pz_tuning_use_blocked (limits, m, n));
      return;
    }
  g_assert_cmpuint (pz_tuning_blocked_shared_bytes (&tile), <=, limits->max_shared_bytes);
  g_assert_cmpuint (tile.lanes_m * tile.lanes_n, <=, limits->max_workgroup_invocations);
  g_assert_cmpuint (tile.step_k % 8, ==, 0);
}

static void
test_every_blocked_tile_fits_its_device (void)
{
  for_each (check_blocked);
}

static void
check_plain (const PzGpuLimits *limits, gsize m, guint n)
{
  for (PzPlainForm form = PZ_PLAIN_MATMUL; form <= PZ_PLAIN_CONV2D; form++)
    {
      const PzPlainTile tile = pz_tuning_plain (limits, form, m, n);

      g_assert_cmpuint (tile.lanes, ==, limits->subgroup_size);
      /* At most half of the lanes are idle, unless even one column per lane is too many. */
      g_assert_true (tile.cols == 1 || tile.lanes * tile.cols <= n);
      /* Fewer than twice the existing rows, except for the minimum that a lane computes. */
      g_assert_true (tile.rows <= 4 || tile.rows < 2 * m);
    }
}

static void
test_plain_tiles_are_no_wider_than_their_product (void)
{
  for_each (check_plain);
}

static void
test_emulated_matrices_are_not_chosen (void)
{
  g_assert_false (pz_tuning_use_coop (&devices[0], 4096, 320, 320));
  g_assert_false (pz_tuning_use_coop (&devices[1], 4096, 320, 320));
  g_assert_true (pz_tuning_use_coop (&devices[2], 4096, 320, 320));
}

static void
test_matrices_mostly_of_zeros_are_not_chosen (void)
{
  g_assert_false (pz_tuning_use_coop (&devices[2], 1, 320, 320));
  g_assert_false (pz_tuning_use_coop (&devices[2], 4096, 3, 320));
  g_assert_false (pz_tuning_use_coop (&devices[2], 4096, 320, 4));
  g_assert_true (pz_tuning_use_coop (&devices[2], 8, 8, 8));
}

static void
test_a_lane_holds_no_more_queries_than_there_are (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint head_dim = 1; head_dim <= 160; head_dim++)
      {
        for (guint halves = 0; halves < 2; halves++)
          {
            const PzAttentionTile one = pz_tuning_attention (&devices[d], head_dim, 1, halves);
            const PzAttentionTile many =
              pz_tuning_attention (&devices[d], head_dim, 4096, halves);

            g_assert_cmpuint (one.rows, ==, 1);
            g_assert_cmpuint (many.rows, >=, 1);
            g_assert_cmpuint (one.keys, >=, 1);
            g_assert_cmpuint (many.keys, >=, 1);
          }
      }
}

/* Attention gradient: the depth does not exceed k, and fewer vectors per tile would need more tiles. */
static void
check_strided (const PzGpuLimits *limits, gsize m, guint n)
{
  const PzStridedTile tile = pz_tuning_strided (limits, n, (guint) m);
  const guint vectors = (n + limits->subgroup_size - 1) / limits->subgroup_size;
  const guint tiles = (vectors + tile.vectors - 1) / tile.vectors;

  g_assert_cmpuint (tile.depth, >, 0);
  g_assert_cmpuint (tile.depth, <=, m);
  g_assert_cmpuint (tile.vectors, >, 0);
  g_assert_cmpuint (tiles * tile.vectors - vectors, <, tiles);
}

static void
test_strided_products_waste_no_vector (void)
{
  for_each (check_strided);
}

static void
test_wide_attention_fits_every_device (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint head_dim = pz_tuning_attention_max_head_dim (&devices[d]) + 1; head_dim <= 512;
         head_dim++)
      for (guint queries = 1; queries <= 4096; queries *= 4)
        {
          const PzWideTile tile = pz_tuning_wide_attention (&devices[d], head_dim, queries);

          g_assert_cmpuint (tile.rows % 4, ==, 0);
          g_assert_cmpuint (tile.rows, >, 0);
          g_assert_cmpuint (tile.lanes, >=, devices[d].subgroup_size);
          g_assert_cmpuint (tile.lanes, <=, devices[d].max_workgroup_invocations);
          g_assert_cmpuint (pz_tuning_wide_shared_bytes (&tile, head_dim), <=,
                            devices[d].max_shared_bytes);
        }
}

/* The requirements of attention_matrices.comp on its tile. */
static void
check_coop_attention (const PzGpuLimits *limits, guint head_dim, guint queries)
{
  PzCoopAttentionTile tile;
  guint columns;

  if (!pz_tuning_coop_attention (limits, head_dim, queries, &tile))
    return;
  columns = limits->coop_n * tile.subgroups_n;
  g_assert_cmpuint (pz_tuning_coop_attention_shared_bytes (limits, &tile, head_dim), <=,
                    limits->max_shared_bytes);
  g_assert_cmpuint (tile.subgroups_m * tile.subgroups_n * limits->coop_subgroup_size, <=,
                    limits->max_workgroup_invocations);
  g_assert_cmpuint (tile.keys % limits->coop_k + tile.keys % columns, ==, 0);
  g_assert_cmpuint (tile.depth % limits->coop_k + tile.depth % columns + tile.depth % 8, ==, 0);
  /* No block of columns and no matrix of query rows is only padding. */
  g_assert_cmpuint (tile.depth, <, head_dim + columns + limits->coop_k);
  g_assert_true (tile.subgroups_m == 1 || queries > (tile.subgroups_m - 1) * limits->coop_m);
}

static void
test_coop_attention_fits_every_device (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint head_dim = 1; head_dim <= 512; head_dim++)
      for (guint queries = 1; queries <= 4096; queries *= 2)
        check_coop_attention (&devices[d], head_dim, queries);
}

/* The head sizes of Stable Diffusion 1.x and 2.x, of the text and image encoders, and of the autoencoder. */
static void
test_coop_attention_takes_the_heads_that_models_have (void)
{
  static const guint head_dims[] = { 40, 64, 80, 160, 512 };

  for (guint d = 3; d < G_N_ELEMENTS (devices); d++)
    for (guint i = 0; i < G_N_ELEMENTS (head_dims); i++)
      {
        PzCoopAttentionTile tile;

        g_assert_true (pz_tuning_coop_attention (&devices[d], head_dims[i], 4096, &tile));
        g_assert_true (pz_tuning_coop_attention (&devices[d], head_dims[i], 8, &tile));
        g_assert_false (pz_tuning_coop_attention (&devices[d], head_dims[i], 1, &tile));
        g_assert_false (pz_tuning_coop_attention (&devices[1], head_dims[i], 4096, &tile));
      }
}

/* No part of k is empty, and each is long enough to be worth splitting. */
static void
check_parts (guint splits, guint k, gboolean is_small)
{
  const guint unit =
    splits * PZ_SPLIT_UNIT; /* no tile of these devices has a larger STEP_K (lib/split.glsl) */
  const guint length = (k + unit - 1) / unit * PZ_SPLIT_UNIT; /* as in lib/split.glsl */

  g_assert_cmpuint (splits, >=, 1);
  if (splits == 1)
    return;
  g_assert_true (is_small);
  g_assert_cmpuint (length, >=, 256);
  g_assert_cmpuint ((splits - 1) * length, <, k);
}

static void
test_no_part_of_k_is_empty (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint k = 16; k <= 23040; k += 12)
      for (guint m = 16; m <= 4096; m *= 4)
        {
          check_parts (pz_tuning_blocked_splits (&devices[d], m, 1280, k), k, m <= 256);
          if (devices[d].coop_m > 0)
            check_parts (pz_tuning_coop_splits (&devices[d], m, 1280, k), k, m <= 256);
        }
  /* The mid block of Stable Diffusion 1.x at 512x512: 8x8 pixels, 1280 channels. */
  g_assert_cmpuint (pz_tuning_coop_splits (&devices[3], 64, 1280, 11520), >, 1);
  g_assert_cmpuint (pz_tuning_blocked_splits (&devices[3], 64, 1280, 11520), >, 1);
}

/* The requirements of lib/attention-gradient-tile.glsl on its tile. */
static void
check_coop_gradient (const PzGpuLimits *limits, guint head_dim, guint rows)
{
  PzCoopAttentionTile tile;
  guint columns, lanes;

  if (!pz_tuning_coop_attention_gradient (limits, head_dim, rows, &tile))
    return;
  columns = limits->coop_n * tile.subgroups_n;
  lanes = tile.subgroups_m * tile.subgroups_n * limits->coop_subgroup_size;
  g_assert_cmpuint (pz_tuning_coop_attention_gradient_shared_bytes (limits, &tile, head_dim),
                    <=, limits->max_shared_bytes);
  g_assert_cmpuint (lanes, <=, limits->max_workgroup_invocations);
  g_assert_cmpuint (lanes % (tile.subgroups_m * limits->coop_m), ==, 0);
  g_assert_cmpuint (tile.keys % limits->coop_k + tile.keys % columns, ==, 0);
  g_assert_cmpuint (tile.depth % limits->coop_k + tile.depth % columns + tile.depth % 8, ==, 0);
  g_assert_cmpuint (tile.depth, >=, head_dim);
  g_assert_true (tile.subgroups_m == 1 || rows > (tile.subgroups_m - 1) * limits->coop_m);
}

static void
test_coop_gradient_fits_every_device (void)
{
  static const guint head_dims[] = { 40, 64, 80, 160 };
  PzCoopAttentionTile tile;

  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    for (guint head_dim = 1; head_dim <= 160; head_dim++)
      for (guint rows = 1; rows <= 4096; rows *= 2)
        check_coop_gradient (&devices[d], head_dim, rows);
  for (guint d = 3; d < G_N_ELEMENTS (devices); d++)
    for (guint i = 0; i < G_N_ELEMENTS (head_dims); i++)
      {
        g_assert_true (pz_tuning_coop_attention_gradient (&devices[d], head_dims[i], 4096,
                                                          &tile));
        g_assert_true (pz_tuning_coop_attention_gradient (&devices[d], head_dims[i], 77,
                                                          &tile));
        g_assert_false (pz_tuning_coop_attention_gradient (&devices[d], head_dims[i], 1,
                                                           &tile));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuning/every-coop-tile-fits-its-device",
                   test_every_coop_tile_fits_its_device);
  g_test_add_func ("/tuning/every-blocked-tile-fits-its-device",
                   test_every_blocked_tile_fits_its_device);
  g_test_add_func ("/tuning/plain-tiles-are-no-wider-than-their-product",
                   test_plain_tiles_are_no_wider_than_their_product);
  g_test_add_func ("/tuning/emulated-matrices-are-not-chosen",
                   test_emulated_matrices_are_not_chosen);
  g_test_add_func ("/tuning/matrices-mostly-of-zeros-are-not-chosen",
                   test_matrices_mostly_of_zeros_are_not_chosen);
  g_test_add_func ("/tuning/a-lane-holds-no-more-queries-than-there-are",
                   test_a_lane_holds_no_more_queries_than_there_are);
  g_test_add_func ("/tuning/wide-attention-fits-every-device",
                   test_wide_attention_fits_every_device);
  g_test_add_func ("/tuning/coop-attention-fits-every-device",
                   test_coop_attention_fits_every_device);
  g_test_add_func ("/tuning/coop-attention-takes-the-heads-that-models-have",
                   test_coop_attention_takes_the_heads_that_models_have);
  g_test_add_func ("/tuning/strided-products-waste-no-vector",
                   test_strided_products_waste_no_vector);
  g_test_add_func ("/tuning/no-part-of-k-is-empty", test_no_part_of_k_is_empty);
  g_test_add_func ("/tuning/coop-gradients-fit-every-device",
                   test_coop_gradient_fits_every_device);
  return g_test_run ();
}
