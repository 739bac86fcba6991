// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Computes the taps of PIL's antialiased bicubic filter (a = -0.5); each lane computes those of one output pixel. PIL computes
// taps in double precision and rounds them to 22 bits. Distances are fractions with the denominator D = 2 max (in, out), so
// every weight is an integer divided by 2 D^3, and 64-bit integers give exactly PIL's taps; with f32 some would be off by one.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/resize_taps.h"
#include "shaders/lib/index.glsl"
#include "shaders/lib/resize.glsl"
#include "shaders/lib/storage.glsl"

layout (local_size_x_id = PZ_SPEC_LOCAL_X) in;

// 2 D^3 times the filter at N / D.
int64_t
weight (int64_t N, int64_t D)
{
  if (N < D)
    return 3 * N * N * N - 5 * N * N * D + 2 * D * D * D;
  if (N < 2 * D)
    return 4 * D * D * D - 8 * N * D * D + 5 * N * N * D - N * N * N;
  return 0;
}

// w / sum in units of 2^-PZ_RESIZE_BITS, ties rounded away from zero.
int
fraction (int64_t w, int64_t sum)
{
  const int64_t magnitude = w < 0 ? -w : w;
  int64_t quotient = magnitude / sum;
  int64_t rest = magnitude - quotient * sum;

  // Long division, bit by bit: w << PZ_RESIZE_BITS would overflow 64 bits for wide pictures.
  for (uint bit = 0; bit <= PZ_RESIZE_BITS; bit++)
    {
      rest *= 2;
      quotient *= 2;
      if (rest >= sum)
        {
          rest -= sum;
          quotient++;
        }
    }
  const int rounded = int ((quotient + 1) / 2);
  return w < 0 ? -rounded : rounded;
}

void
main ()
{
  const uint i = pz_lane ();

  if (i >= args.out_length)
    return;

  const int64_t length = int64_t (args.in_length);
  const int64_t result = int64_t (args.out_length);
  const int64_t longer = max (length, result);
  const int64_t centre = (2 * int64_t (i) + 1) * length; // over 2 * result
  const int64_t first = max ((centre - 4 * longer + result) / (2 * result), int64_t (0));
  const int64_t end = min ((centre + 4 * longer + result) / (2 * result), length);
  const uint n = uint (end - first);
  const uint to = i * (2 + args.max_taps);
  int64_t sum = 0;

  for (uint j = 0; j < n; j++)
    sum += weight (abs ((2 * (first + j) + 1) * result - centre), 2 * longer);
  PzInts (args.taps).v[to] = int (first);
  PzInts (args.taps).v[to + 1] = int (n);
  for (uint j = 0; j < n; j++)
    PzInts (args.taps).v[to + 2 + j]
      = fraction (weight (abs ((2 * (first + j) + 1) * result - centre), 2 * longer), sum);
}
