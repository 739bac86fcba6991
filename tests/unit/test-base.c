/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/checked.h"
#include "compute/base/dtype.h"
#include "compute/base/shape.h"

#include <math.h>
#include <string.h>

/* The value of a half, computed from its bit fields. */
static double
half_value (guint16 half)
{
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  const double magnitude = exponent == 31  ? (mantissa != 0 ? (double) NAN : (double) INFINITY)
                           : exponent == 0 ? ldexp (mantissa, -24)
                                           : ldexp (1024 + mantissa, exponent - 25);

  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

static void
test_every_half_is_read (void)
{
  for (guint h = 0; h < 65536; h++)
    {
      const double expected = half_value ((guint16) h);
      const float found = pz_float_from_half ((guint16) h);

      if (isnan (expected))
        g_assert_true (isnan (found));
      else
        {
          g_assert_cmpfloat ((double) found, ==, expected);
          g_assert_cmpuint (pz_half_from_float (found), ==, h);
        }
    }
}

/* Rounds to the nearer neighbour, and in case of a tie to the even one. */
static void
test_rounds_to_nearest_even (void)
{
  for (guint h = 0; h < 0x7bff; h++)
    {
      const double low = half_value ((guint16) h);
      const double high = half_value ((guint16) (h + 1));
      const float middle = (float) ((low + high) / 2); /* exact */

      g_assert_cmpuint (pz_half_from_float (middle), ==, h + (h & 1));
      g_assert_cmpuint (pz_half_from_float (nextafterf (middle, 0.0f)), ==, h);
      g_assert_cmpuint (pz_half_from_float (nextafterf (middle, INFINITY)), ==, h + 1);
      g_assert_cmpuint (pz_half_from_float (-middle), ==, 0x8000 | (h + (h & 1)));
    }
  g_assert_cmpuint (pz_half_from_float (nextafterf (65520.0f, 0.0f)), ==, 0x7bff);
}

static void
test_too_large_becomes_infinity (void)
{
  const float values[] = { 65520.0f, 1e6f, -1e6f, INFINITY, NAN };
  guint16 halves[G_N_ELEMENTS (values)];

  pz_halves_from_floats (halves, values, G_N_ELEMENTS (values));
  g_assert_cmpuint (halves[0], ==, 0x7c00);
  g_assert_cmpuint (halves[1], ==, 0x7c00);
  g_assert_cmpuint (halves[2], ==, 0xfc00);
  g_assert_cmpuint (halves[3], ==, 0x7c00);
  g_assert_true (isnan (pz_float_from_half (halves[4])));
}

/* Converting an array gives the same halves as converting single values: every sign, exponent and leading bits, at every
 * position. */
static void
test_many_are_converted_as_one (void)
{
  enum
  {
    N = 1003
  };
  float values[N];
  guint16 halves[N];

  for (guint64 bits = 0; bits <= G_MAXUINT32; bits += (guint64) N * 4093)
    {
      for (guint i = 0; i < N; i++)
        {
          const guint32 one = (guint32) (bits + i * 4093u);

          memcpy (&values[i], &one, sizeof one);
        }
      pz_halves_from_floats (halves, values, N);
      for (guint i = 0; i < N; i++)
        g_assert_cmpuint (halves[i], ==, pz_half_from_float (values[i]));
    }
}

static void
test_shapes_that_no_tensor_may_have (void)
{
  g_assert_true (pz_shape_is_valid (2, (const guint[]) { 3, 4 }));
  g_assert_true (pz_shape_is_valid (1, (const guint[]) { G_MAXINT32 }));
  g_assert_false (pz_shape_is_valid (0, NULL));
  g_assert_false (pz_shape_is_valid (6, (const guint[]) { 1, 1, 1, 1, 1, 1 }));
  g_assert_false (pz_shape_is_valid (2, (const guint[]) { 3, 0 }));
  g_assert_false (pz_shape_is_valid (2, (const guint[]) { 65536, 32768 }));
  g_assert_false (pz_shape_is_valid (3,
                                     (const guint[]) { 0xffffffff, 0xffffffff, 0xffffffff }));
}

static void
test_broadcasting_aligns_to_the_last (void)
{
  const guint a[] = { 2, 3, 4 };

  g_assert_true (pz_shape_broadcasts (3, a, 3, a));
  g_assert_true (pz_shape_broadcasts (3, a, 1, (const guint[]) { 4 }));
  g_assert_true (pz_shape_broadcasts (3, a, 3, (const guint[]) { 2, 1, 1 }));
  g_assert_false (pz_shape_broadcasts (3, a, 1, (const guint[]) { 3 }));
  g_assert_false (pz_shape_broadcasts (3, a, 4, (const guint[]) { 1, 2, 3, 4 }));
}

static void
test_rows_of_bytes (void)
{
  const float values[] = { -3.0f, 0.0f, 1.5f, 0.0118f, 2.99f, -0.012f, 3.0f };
  const gint8 expected[] = { -127, 0, 64, 0, 127, -1, 127 }; /* 63.5 rounds to even */
  const float tiny[] = { 1e-38f, -2e-38f };
  gint8 bytes[G_N_ELEMENTS (values)];
  float back[G_N_ELEMENTS (values)];
  const float scale = pz_bytes_from_floats (bytes, values, G_N_ELEMENTS (values));

  g_assert_cmpfloat (scale, ==, 3.0f / 127.0f);
  g_assert_cmpmem (bytes, sizeof bytes, expected, sizeof expected);
  pz_floats_from_bytes (back, bytes, scale, G_N_ELEMENTS (back));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpfloat_with_epsilon (back[i], values[i], 0.5001f * scale);
  g_assert_cmpfloat (pz_bytes_from_floats (bytes, tiny, 2), ==, 0.0f);
  g_assert_cmpint (bytes[0], ==, 0);
  g_assert_cmpuint (pz_dtype_size (PZ_ROWS8, 4, (const guint[]) { 5, 3, 3, 8 }), ==,
                    5 * 72 + 5 * 4);
  g_assert_cmpuint (pz_dtype_size (PZ_F16, 2, (const guint[]) { 5, 3 }), ==, 30);
}

static void
test_overflow_is_refused (void)
{
  guint64 result;

  g_assert_false (pz_checked_mul (1ull << 40, 1ull << 24, &result));
  g_assert_true (pz_checked_mul (1ull << 40, 1ull << 23, &result));
  g_assert_false (pz_checked_add (G_MAXUINT64, 1, &result));
  g_assert_false (pz_checked_align (G_MAXUINT64 - 3, 256, &result));
  g_assert_true (pz_checked_align (257, 256, &result));
  g_assert_cmpuint (result, ==, 512);
  g_assert_true (pz_checked_align (256, 256, &result));
  g_assert_cmpuint (result, ==, 256);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtype/every-half-is-read-and-written-back", test_every_half_is_read);
  g_test_add_func ("/dtype/floats-round-to-the-nearest-even-half", test_rounds_to_nearest_even);
  g_test_add_func ("/dtype/many-are-converted-as-one-is", test_many_are_converted_as_one);
  g_test_add_func ("/dtype/too-large-floats-become-infinity", test_too_large_becomes_infinity);
  g_test_add_func ("/dtype/rows-become-bytes-with-a-scale", test_rows_of_bytes);
  g_test_add_func ("/shape/impossible-shapes-are-refused", test_shapes_that_no_tensor_may_have);
  g_test_add_func ("/shape/broadcasting-aligns-to-the-last-dimension",
                   test_broadcasting_aligns_to_the_last);
  g_test_add_func ("/checked/overflow-is-refused", test_overflow_is_refused);
  return g_test_run ();
}
