/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weight-numbers.h"

#include <string.h>

#define MOVE_ROWS(name, Type) \
  void name (Type *to, const Type *from, gsize n_rows, gsize n_in, gsize n_taps) \
  { \
    for (gsize row = 0; row < n_rows; row++, from += n_in * n_taps) \
      for (gsize tap = 0; tap < n_taps; tap++) \
        for (gsize i = 0; i < n_in; i++) \
          *to++ = from[i * n_taps + tap]; \
  }
MOVE_ROWS (pz_move_halves, guint16)
MOVE_ROWS (pz_move_floats, float)

/* Infinity and NaN have all bits of the exponent set, so that its lowest bit added carries into the sign's place. Eight bytes at a
 * time: looking at each number alone takes three times as long as reading the file. */
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
