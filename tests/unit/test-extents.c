/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/extents.h"

#define UNIT 256
#define N_UNITS 400

typedef struct
{
  guint64 offset;
  guint64 bytes;
} Taken;

static void
test_taken_parts_never_meet (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (Taken));
  gint owner[N_UNITS] = { 0 };
  guint64 held = 0;
  PzExtents extents;

  pz_extents_init (&extents, UNIT, (N_UNITS - 1) * UNIT);
  for (guint step = 0; step < 20000; step++)
    {
      Taken t;

      if (g_rand_boolean (rand))
        {
          t.bytes = UNIT * (guint64) g_rand_int_range (rand, 1, 40);
          if (!pz_extents_take (&extents, t.bytes, &t.offset))
            continue;
          for (guint64 u = t.offset / UNIT; u < (t.offset + t.bytes) / UNIT; u++)
            g_assert_cmpint (owner[u]++, ==, 0);
          g_array_append_val (taken, t);
          held += t.bytes;
        }
      else if (taken->len > 0)
        {
          guint i = (guint) g_rand_int_range (rand, 0, (gint) taken->len);

          t = g_array_index (taken, Taken, i);
          for (guint64 u = t.offset / UNIT; u < (t.offset + t.bytes) / UNIT; u++)
            owner[u] = 0;
          pz_extents_give (&extents, t.offset, t.bytes);
          g_array_remove_index_fast (taken, i);
          held -= t.bytes;
        }
      g_assert_cmpint (owner[0], ==, 0);
      g_assert_true (pz_extents_check (&extents));
      g_assert_cmpuint (pz_extents_free_bytes (&extents) + held, ==, (N_UNITS - 1) * UNIT);
    }
  pz_extents_clear (&extents);
}

static void
test_all_given_back_is_one_again (void)
{
  PzExtents extents;
  guint64 offsets[10];
  guint64 whole;
  static const guint order[10] = { 3, 1, 4, 0, 5, 9, 2, 6, 8, 7 };

  pz_extents_init (&extents, 0, 10 * UNIT);
  for (guint i = 0; i < 10; i++)
    g_assert_true (pz_extents_take (&extents, UNIT, &offsets[i]));
  g_assert_false (pz_extents_take (&extents, UNIT, &whole));
  for (guint i = 0; i < 10; i++)
    pz_extents_give (&extents, offsets[order[i]], UNIT);
  g_assert_true (pz_extents_take (&extents, 10 * UNIT, &whole));
  g_assert_cmpuint (whole, ==, 0);
  pz_extents_clear (&extents);
}

static void
test_the_smallest_hole_that_fits_is_taken (void)
{
  PzExtents extents;
  guint64 a, b, c, d, hole;

  pz_extents_init (&extents, 0, 20 * UNIT);
  pz_extents_take (&extents, 5 * UNIT, &a);
  pz_extents_take (&extents, UNIT, &b);
  pz_extents_take (&extents, 2 * UNIT, &c);
  pz_extents_take (&extents, UNIT, &d);
  pz_extents_give (&extents, a, 5 * UNIT);
  pz_extents_give (&extents, c, 2 * UNIT);
  g_assert_true (pz_extents_take (&extents, 2 * UNIT, &hole));
  g_assert_cmpuint (hole, ==, c);
  pz_extents_clear (&extents);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extents/taken-parts-never-meet", test_taken_parts_never_meet);
  g_test_add_func ("/extents/all-given-back-is-one-again", test_all_given_back_is_one_again);
  g_test_add_func ("/extents/the-smallest-hole-that-fits-is-taken",
                   test_the_smallest_hole_that_fits_is_taken);
  return g_test_run ();
}
