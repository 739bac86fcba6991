// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Softmax over the keys for a vector of queries: the second of the three steps of planar attention. Stores the exponentials
// first, then divides them by their sum in a second pass.
#version 460
#extension GL_GOOGLE_include_directive : require

#include "shaders/args/softmax_planar.h"
#include "shaders/lib/lanes.glsl"

// Keys per iteration. The software driver copies all live values in every iteration.
const uint KEYS = PZ_PLANAR_CHANNELS;

uint64_t
first_score ()
{
  return args.scores + uint64_t (gl_WorkGroupID.x * args.keys * LANES) * 4;
}

float
score (uint64_t vector, uint key)
{
  return pz_lanes_f32 (vector + uint64_t (key * LANES) * 4);
}

void
put (uint64_t vector, uint key, float value)
{
  store1_f32 (vector, key * LANES + gl_LocalInvocationID.x, value);
}

float
largest (uint64_t vector)
{
  float maximum = score (vector, 0);
  uint first = 0;

  do
    {
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        maximum = max (maximum, score (vector, first + i));
      first += KEYS;
    }
  while (first < args.keys);
  return maximum;
}

float
put_exponentials (uint64_t vector, float maximum)
{
  float total = 0.0;
  uint first = 0;

  do
    {
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        {
          const float power = exp2 ((score (vector, first + i) - maximum) * args.scale_log2e);

          total += power;
          put (vector, first + i, power);
        }
      first += KEYS;
    }
  while (first < args.keys);
  return total;
}

void
main ()
{
  const uint64_t vector = first_score ();
  const float factor = 1.0 / put_exponentials (vector, largest (vector));
  uint first = 0;

  do
    {
      [[unroll]] for (uint i = 0; i < KEYS; i++)
        put (vector, first + i, score (vector, first + i) * factor);
      first += KEYS;
    }
  while (first < args.keys);
}
