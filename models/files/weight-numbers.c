/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weight-numbers.h"

#include <string.h>

/* A block of LANES x LANES halves fits in eight 128-bit registers, which all processors have. */
#define LANES 8
typedef guint16 Halves __attribute__ ((vector_size (LANES * sizeof (guint16))));

#define LOW(a, b) __builtin_shufflevector (a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector (a, b, 4, 12, 5, 13, 6, 14, 7, 15)

/* Interleaves each of the upper four rows, element by element, with the row four below it. */
static inline void
interleave (Halves to[LANES], const Halves from[LANES])
{
  for (guint i = 0; i < LANES / 2; i++)
    {
      to[2 * i] = LOW (from[i], from[i + LANES / 2]);
      to[2 * i + 1] = HIGH (from[i], from[i + LANES / 2]);
    }
}

/* Interleaving three times turns rows into columns. Strides are in elements. */
static inline void
transpose_block (guint16 *to, gsize to_stride, const guint16 *from, gsize from_stride)
{
  Halves a[LANES], b[LANES];

  for (guint i = 0; i < LANES; i++)
    memcpy (&a[i], from + i * from_stride, sizeof a[i]);
  interleave (b, a);
  interleave (a, b);
  interleave (b, a);
  for (guint i = 0; i < LANES; i++)
    memcpy (to + i * to_stride, &b[i], sizeof b[i]);
}

void
pz_move_halves (guint16 *to, const guint16 *from, gsize n_rows, gsize n_in, gsize n_taps)
{
  const gsize in_blocks = n_in / LANES * LANES, tap_blocks = n_taps / LANES * LANES;

  for (gsize row = 0; row < n_rows; row++, from += n_in * n_taps, to += n_in * n_taps)
    {
      for (gsize i = 0; i < in_blocks; i += LANES)
        for (gsize tap = 0; tap < tap_blocks; tap += LANES)
          transpose_block (to + tap * n_in + i, n_in, from + i * n_taps + tap, n_taps);
      for (gsize tap = 0; tap < n_taps; tap++)
        for (gsize i = tap < tap_blocks ? in_blocks : 0; i < n_in; i++)
          to[tap * n_in + i] = from[i * n_taps + tap];
    }
}

void
pz_move_floats (float *to, const float *from, gsize n_rows, gsize n_in, gsize n_taps)
{
  for (gsize row = 0; row < n_rows; row++, from += n_in * n_taps)
    for (gsize tap = 0; tap < n_taps; tap++)
      for (gsize i = 0; i < n_in; i++)
        *to++ = from[i * n_taps + tap];
}

/* Infinity and NaN have all exponent bits set, so that adding the lowest exponent bit carries into the sign bit. This tests
 * eight bytes at a time: testing each number separately takes three times as long as reading the file. */
gboolean
pz_are_finite (gconstpointer data, gsize n, PzDtype dtype)
{
  const gboolean halves = dtype == PZ_F16;
  const guint64 exponents = halves ? 0x7c007c007c007c00u : 0x7f8000007f800000u;
  const guint64 lowest = halves ? 0x0400040004000400u : 0x0080000000800000u;
  const guint64 signs = halves ? 0x8000800080008000u : 0x8000000080000000u;
  const gsize n_bytes = n * (halves ? sizeof (guint16) : sizeof (float));
  const guint8 *bytes = data;
  guint64 carried = 0, word;
  gsize i = 0;

  for (; i + sizeof word <= n_bytes; i += sizeof word)
    {
      memcpy (&word, bytes + i, sizeof word);
      carried |= (word & exponents) + lowest;
    }
  word = 0;
  memcpy (&word, bytes + i, n_bytes - i);
  carried |= (word & exponents) + lowest;
  return (carried & signs) == 0;
}
