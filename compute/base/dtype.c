/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/dtype.h"

#include <string.h>

#include "compute/base/shape.h"

const PzDtypeInfo pz_dtypes[PZ_N_DTYPES] = {
  [PZ_F32] = { "F32", 4 },
  [PZ_F16] = { "F16", 2 },
  [PZ_I32] = { "I32", 4 },
  [PZ_ROWS8] = { "ROWS8", 1 },
};

gsize
pz_dtype_size (PzDtype dtype, guint n_dims, const guint dims[])
{
  const gsize scales = dtype == PZ_ROWS8 ? dims[0] * sizeof (float) : 0;

  return pz_shape_product (dims, 0, n_dims) * pz_dtypes[dtype].bytes + scales;
}

static inline guint32
bits_of (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static inline float
float_of (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

guint16
pz_half_from_float (float value)
{
  const guint32 bits = bits_of (value);
  const guint16 sign = (guint16) ((bits >> 16) & 0x8000u);
  const guint32 magnitude = bits & 0x7fffffffu;

  if (magnitude > 0x7f800000u)
    return sign | 0x7e00u;
  if (magnitude >= 0x477ff000u) /* 65520: halfway between the largest f16 and the next step */
    return sign | 0x7c00u;
  if (magnitude < 0x38800000u)
    {
      /* Below 2^-14 the spacing of f16 values is 2^-24, like that of floats in [0.5, 1), so adding 0.5 makes the float unit
       * round to it. */
      const float shifted = float_of (magnitude) + 0.5f;
      return sign | (guint16) (bits_of (shifted) - bits_of (0.5f));
    }

  const guint32 odd = (magnitude >> 13) & 1;
  return sign | (guint16) ((magnitude - 0x38000000u + 0x0fffu + odd) >> 13);
}

float
pz_float_from_half (guint16 half)
{
  const guint32 sign = ((guint32) half & 0x8000u) << 16;
  const guint32 exponent = (half >> 10) & 0x1fu;
  const guint32 mantissa = half & 0x3ffu;

  if (exponent == 0x1f)
    return float_of (sign | 0x7f800000u | (mantissa << 13));
  if (exponent == 0)
    {
      const float magnitude = (float) mantissa * 0x1p-24f;
      return sign != 0 ? -magnitude : magnitude;
    }
  return float_of (sign | ((exponent + 112) << 23) | (mantissa << 13));
}

/* Vectors of four 32-bit values, in registers that all CPUs have. */
typedef guint32 Bits __attribute__ ((vector_size (16)));
typedef gint32 Where __attribute__ ((vector_size (16)));
typedef float Floats __attribute__ ((vector_size (16)));
typedef guint16 Halves __attribute__ ((vector_size (16)));

static inline Bits
pick (Where where, Bits yes, Bits no)
{
  return ((Bits) where & yes) | (~(Bits) where & no);
}

static inline Bits
all (guint32 bits)
{
  return (Bits) { bits, bits, bits, bits };
}

/* As pz_half_from_float (), but computes all of its cases at once and selects. The result is the low 16 bits of each
 * element. */
static inline Bits
four_halves (const float *values)
{
  Bits bits, magnitude, normal, half;
  Floats shifted;

  memcpy (&bits, values, sizeof bits);
  magnitude = bits & all (0x7fffffffu);
  normal =
    (magnitude - all (0x38000000u) + all (0x0fffu) + ((magnitude >> 13) & all (1u))) >> 13;
  shifted = (Floats) magnitude + (Floats) all (0x3f000000u); /* 0.5 */
  half = pick ((Where) magnitude < (Where) all (0x38800000u),
               (Bits) shifted - all (0x3f000000u), normal);
  half = pick ((Where) magnitude >= (Where) all (0x477ff000u), all (0x7c00u), half);
  half = pick ((Where) magnitude > (Where) all (0x7f800000u), all (0x7e00u), half);
  return half | ((bits >> 16) & all (0x8000u));
}

/* The low 16 bits of the eight 32-bit elements of a and b; their position depends on the byte order. */
#define LOW_HALVES(a, b) \
  (G_BYTE_ORDER == G_LITTLE_ENDIAN \
     ? __builtin_shufflevector ((Halves) (a), (Halves) (b), 0, 2, 4, 6, 8, 10, 12, 14) \
     : __builtin_shufflevector ((Halves) (a), (Halves) (b), 1, 3, 5, 7, 9, 11, 13, 15))

void
pz_halves_from_floats (guint16 *halves, const float *values, gsize n)
{
  gsize i = 0;

  for (; i + 8 <= n; i += 8)
    {
      const Bits first = four_halves (values + i), second = four_halves (values + i + 4);
      const Halves eight = LOW_HALVES (first, second);

      memcpy (halves + i, &eight, sizeof eight);
    }
  for (; i < n; i++)
    halves[i] = pz_half_from_float (values[i]);
}

void
pz_floats_from_halves (float *values, const guint16 *halves, gsize n)
{
  for (gsize i = 0; i < n; i++)
    values[i] = pz_float_from_half (halves[i]);
}

#define MOST_BYTE 127.0f
/* For smaller magnitudes MOST_BYTE / magnitude could be infinite. */
#define LEAST_MAGNITUDE 1e-30f
/* 1.5 * 2^23: a float sum with it is rounded to an integer, which is then in the low bits. */
#define ROUNDER 12582912.0f

float
pz_bytes_from_floats (gint8 *bytes, const float *values, gsize n)
{
  float most = 0.0f;

  for (gsize i = 0; i < n; i++)
    {
      const float magnitude = float_of (bits_of (values[i]) & 0x7fffffffu);

      most = magnitude > most ? magnitude : most;
    }
  if (most < LEAST_MAGNITUDE)
    {
      memset (bytes, 0, n);
      return 0.0f;
    }

  const float factor = MOST_BYTE / most;
  for (gsize i = 0; i < n; i++)
    bytes[i] = (gint8) (bits_of (values[i] * factor + ROUNDER) & 0xffu);
  return most / MOST_BYTE;
}

void
pz_floats_from_bytes (float *values, const gint8 *bytes, float scale, gsize n)
{
  for (gsize i = 0; i < n; i++)
    values[i] = (float) bytes[i] * scale;
}
