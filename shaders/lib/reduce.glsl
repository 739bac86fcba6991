// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sum or maximum over clusters of neighbouring lanes of a workgroup, as a tree in shared memory, so that the order depends on
// the cluster size only. Include after local_size_x_id is declared. All lanes of the workgroup must call it, in uniform control
// flow. The cluster size `lanes` is uniform, a power of two, and at most the workgroup size.
#ifndef PZ_REDUCE_GLSL
#define PZ_REDUCE_GLSL

shared float pz_reduce_values[gl_WorkGroupSize.x];

#define PZ_REDUCE(NAME, COMBINE)                                                                 \
  float NAME (float value, uint lanes)                                                           \
  {                                                                                              \
    if (lanes == 1)                                                                              \
      return value;                                                                              \
    const uint me = gl_LocalInvocationID.x;                                                      \
    barrier ();                                                                                  \
    pz_reduce_values[me] = value;                                                                \
    for (uint half_lanes = lanes / 2; half_lanes > 0; half_lanes /= 2)                           \
      {                                                                                          \
        barrier ();                                                                              \
        if (me % lanes < half_lanes)                                                             \
          pz_reduce_values[me] = COMBINE (pz_reduce_values[me], pz_reduce_values[me + half_lanes]); \
      }                                                                                          \
    barrier ();                                                                                  \
    return pz_reduce_values[me - me % lanes];                                                    \
  }

float
pz_plus (float a, float b)
{
  return a + b;
}

// Every lane gets the result of its own cluster.
PZ_REDUCE (pz_reduce_sum, pz_plus)
PZ_REDUCE (pz_reduce_max, max)

#endif
