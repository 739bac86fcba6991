/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Barriers and the division into submits, without a device.
 */
#include <math.h>

#include "compute/run/hazards.h"
#include "compute/run/pace.h"

#define N 60

static PzRange
random_range (GRand *rand)
{
  return (PzRange) { 4096 + 64 * (guint64) g_rand_int_range (rand, 0, 40),
                     (guint64) g_rand_int_range (rand, 1, 200) };
}

static void
random_dispatches (GRand *rand, PzDispatch dispatches[N])
{
  for (guint i = 0; i < N; i++)
    {
      PzDispatch *d = &dispatches[i];

      *d = (PzDispatch) { .groups = { 1, 1, 1 } };
      d->n_reads = (guint) g_rand_int_range (rand, 0, 4);
      d->n_writes = (guint) g_rand_int_range (rand, 1, 3);
      for (guint r = 0; r < d->n_reads; r++)
        d->reads[r] = random_range (rand);
      for (guint w = 0; w < d->n_writes; w++)
        d->writes[w] = random_range (rand);
    }
}

static PzDispatch
dispatch_of (PzRange read, PzRange write)
{
  return (PzDispatch) {
    .reads = { read },
    .n_reads = read.bytes > 0,
    .writes = { write },
    .n_writes = write.bytes > 0,
    .groups = { 1, 1, 1 },
  };
}

static void
test_no_barrier_can_be_left_out (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  PzDispatch dispatches[N];
  gboolean barriers[N];

  for (guint round = 0; round < 200; round++)
    {
      g_autofree char *missing = NULL;

      random_dispatches (rand, dispatches);
      pz_hazards_place (dispatches, N, barriers);
      missing = pz_hazards_find_missing (dispatches, N, barriers);
      g_assert_null (missing);
      for (guint i = 0; i < N; i++)
        if (barriers[i])
          {
            g_autofree char *found = NULL;

            barriers[i] = FALSE;
            found = pz_hazards_find_missing (dispatches, N, barriers);
            g_assert_nonnull (found);
            barriers[i] = TRUE;
          }
    }
}

static void
test_each_kind_of_conflict_is_named (void)
{
  const PzRange a = { 1000, 100 }, overlaps_a = { 1099, 10 }, none = { 0, 0 };
  const struct
  {
    PzDispatch first, second;
    const char *kind;
  } rows[] = {
    { dispatch_of (none, a), dispatch_of (overlaps_a, (PzRange) { 5000, 4 }),
      "read after write" },
    { dispatch_of (a, (PzRange) { 5000, 4 }), dispatch_of (none, overlaps_a),
      "write after read" },
    { dispatch_of (none, a), dispatch_of (none, overlaps_a), "write after write" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const PzDispatch pair[] = { rows[i].first, rows[i].second };
      gboolean barriers[2] = { FALSE, FALSE };
      g_autofree char *found = pz_hazards_find_missing (pair, 2, barriers);

      g_assert_nonnull (found);
      g_assert_true (g_str_has_prefix (found, rows[i].kind));
      pz_hazards_place (pair, 2, barriers);
      g_assert_true (barriers[1]);
    }
}

static void
test_ranges_that_touch_need_no_barrier (void)
{
  const PzRange none = { 0, 0 };
  const PzDispatch rows[] = {
    dispatch_of (none, (PzRange) { 1000, 100 }),
    dispatch_of (none, (PzRange) { 1100, 100 }), /* begins where the first ends */
    dispatch_of ((PzRange) { 900, 100 }, (PzRange) { 2000, 4 }),
    dispatch_of ((PzRange) { 900, 100 }, (PzRange) { 3000, 4 }), /* two readers */
  };
  gboolean barriers[4];

  pz_hazards_place (rows, 4, barriers);
  for (guint i = 0; i < 4; i++)
    g_assert_false (barriers[i]);
}

static void
test_reversed_order_keeps_barriers_right (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  PzDispatch dispatches[N], reversed[N];
  gboolean barriers[N];
  guint order[N], twice[N];
  guint moved = 0;

  for (guint round = 0; round < 50; round++)
    {
      g_autofree char *missing = NULL;

      random_dispatches (rand, dispatches);
      pz_hazards_place (dispatches, N, barriers);
      pz_hazards_reverse (barriers, N, order);
      for (guint i = 0; i < N; i++)
        {
          reversed[i] = dispatches[order[i]];
          moved += order[i] != i;
        }
      missing = pz_hazards_find_missing (reversed, N, barriers);
      g_assert_null (missing);
      pz_hazards_reverse (barriers, N, twice);
      for (guint i = 0; i < N; i++)
        g_assert_cmpuint (order[twice[i]], ==, i);
    }
  g_assert_cmpuint (moved, >, 0);
}

/* ---- submits ---- */

/* Every workgroup of every dispatch runs exactly once, and no submit exceeds the budget unless it is a single workgroup. */
static void
check_cuts (const PzPace *pace, const PzDispatch dispatches[], guint n, gdouble budget)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PzPiece));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  PzCursor cursor = { 0, 0 };
  guint64 total = 0;

  while (cursor.dispatch < n)
    {
      gdouble seconds = 0;

      g_array_set_size (pieces, 0);
      pz_pace_cut (pace, dispatches, n, budget, &cursor, pieces);
      g_assert_cmpuint (pieces->len, >, 0);
      for (guint i = 0; i < pieces->len; i++)
        {
          const PzPiece *p = &g_array_index (pieces, PzPiece, i);
          const PzDispatch *d = &dispatches[p->dispatch];
          guint64 groups = (guint64) p->groups[0] * p->groups[1] * p->groups[2];

          g_assert_cmpuint (groups, >, 0);
          for (guint k = 0; k < 3; k++)
            g_assert_cmpuint (p->base[k] + p->groups[k], <=, d->groups[k]);
          for (guint z = 0; z < p->groups[2]; z++)
            for (guint y = 0; y < p->groups[1]; y++)
              for (guint x = 0; x < p->groups[0]; x++)
                g_assert_true (g_hash_table_add (
                  seen, GUINT_TO_POINTER (1 + p->base[0] + x
                                          + 64
                                              * (p->base[1] + y
                                                 + 64 * (p->base[2] + z + 64 * p->dispatch)))));
          total += groups;
          seconds += p->share * pz_pace_expected_seconds (pace, d);
        }
      if (pieces->len > 1 || g_array_index (pieces, PzPiece, 0).groups[0] > 1)
        g_assert_cmpfloat (seconds, <=, budget * 1.0001);
    }
  for (guint i = 0; i < n; i++)
    total -=
      (guint64) dispatches[i].groups[0] * dispatches[i].groups[1] * dispatches[i].groups[2];
  g_assert_cmpuint (total, ==, 0);
}

static void
test_cuts_cover_everything_once (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  gdouble paces[4] = { 0, 0.5, 3, 20 };
  const PzPace pace = { PZ_GPU_SOFTWARE, paces };

  for (guint round = 0; round < 300; round++)
    {
      PzDispatch dispatches[12];

      for (guint i = 0; i < G_N_ELEMENTS (dispatches); i++)
        {
          dispatches[i] = (PzDispatch) { .kernel = (guint) g_rand_int_range (rand, 0, 4) };
          for (guint k = 0; k < 3; k++)
            dispatches[i].groups[k] = (guint) g_rand_int_range (rand, 1, k == 2 ? 4 : 14);
          dispatches[i].cost.flops = exp (g_rand_double_range (rand, 5, 24));
        }
      check_cuts (&pace, dispatches, G_N_ELEMENTS (dispatches),
                  exp (g_rand_double_range (rand, -8, 0)));
    }
}

static void
test_what_fits_is_not_split (void)
{
  gdouble paces[1] = { 1 };
  const PzPace pace = { PZ_GPU_SOFTWARE, paces };
  PzDispatch dispatches[2];
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PzPiece));
  PzCursor cursor = { 0, 0 };
  gdouble whole;

  for (guint i = 0; i < 2; i++)
    dispatches[i] = (PzDispatch) { .groups = { 10, 10, 1 }, .cost.flops = 1e9 };
  whole = pz_pace_expected_seconds (&pace, &dispatches[0]);
  pz_pace_cut (&pace, dispatches, 2, 1.5 * whole, &cursor, pieces);
  g_assert_cmpuint (pieces->len, ==, 1);
  g_assert_cmpuint (cursor.dispatch, ==, 1);
  g_assert_cmpuint (cursor.group, ==, 0);
}

/* Simulates a device that is 30 times slower than nominal for one kernel and 3 times faster for another. */
static void
test_pace_is_learned (void)
{
  const gdouble truth[2] = { 30, 1.0 / 3 };
  gdouble paces[2] = { 0, 0 };
  PzPace pace = { PZ_GPU_SOFTWARE, paces };
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PzPiece));
  PzDispatch dispatches[8];

  for (guint i = 0; i < G_N_ELEMENTS (dispatches); i++)
    dispatches[i] =
      (PzDispatch) { .kernel = i % 2, .groups = { 64, 32, 1 }, .cost.flops = 1e9 * (i + 1) };
  for (guint round = 0; round < 40; round++)
    for (PzCursor cursor = { 0, 0 }; cursor.dispatch < G_N_ELEMENTS (dispatches);)
      {
        gdouble seconds = 0;

        g_array_set_size (pieces, 0);
        pz_pace_cut (&pace, dispatches, G_N_ELEMENTS (dispatches), PZ_BUDGET_SECONDS, &cursor,
                     pieces);
        for (guint i = 0; i < pieces->len; i++)
          {
            const PzPiece *p = &g_array_index (pieces, PzPiece, i);
            const PzDispatch *d = &dispatches[p->dispatch];

            seconds += p->share * truth[d->kernel] * pz_pace_nominal_seconds (&pace, d);
          }
        pz_pace_learn (&pace, dispatches, pieces, seconds);
      }
  for (guint kernel = 0; kernel < 2; kernel++)
    {
      g_assert_cmpfloat (paces[kernel], >, truth[kernel] * 0.7);
      g_assert_cmpfloat (paces[kernel], <, truth[kernel] * 1.4);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hazards/no-barrier-can-be-left-out", test_no_barrier_can_be_left_out);
  g_test_add_func ("/hazards/each-kind-of-conflict-is-named",
                   test_each_kind_of_conflict_is_named);
  g_test_add_func ("/hazards/ranges-that-touch-need-no-barrier",
                   test_ranges_that_touch_need_no_barrier);
  g_test_add_func ("/hazards/reversed-order-keeps-barriers-right",
                   test_reversed_order_keeps_barriers_right);
  g_test_add_func ("/pace/cuts-cover-everything-once", test_cuts_cover_everything_once);
  g_test_add_func ("/pace/what-fits-is-not-split", test_what_fits_is_not_split);
  g_test_add_func ("/pace/pace-is-learned", test_pace_is_learned);
  return g_test_run ();
}
