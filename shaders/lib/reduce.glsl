// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sum or maximum over neighbouring lanes of a workgroup through shared memory, in an order that
// depends on nothing but their number. Include after local_size_x_id is declared. All lanes of
// the workgroup must call, in uniform control flow; `share` is a power of two, at most the
// workgroup's size, and uniform.
#ifndef PZ_REDUCE_GLSL
#define PZ_REDUCE_GLSL

shared float pz_shares[gl_WorkGroupSize.x];

#define PZ_SHARE(NAME, COMBINE)                                                                  \
  float NAME (float value, uint share)                                                           \
  {                                                                                              \
    if (share == 1)                                                                              \
      return value;                                                                              \
    const uint me = gl_LocalInvocationID.x;                                                      \
    barrier ();                                                                                  \
    pz_shares[me] = value;                                                                       \
    for (uint half_share = share / 2; half_share > 0; half_share /= 2)                           \
      {                                                                                          \
        barrier ();                                                                              \
        if (me % share < half_share)                                                             \
          pz_shares[me] = COMBINE (pz_shares[me], pz_shares[me + half_share]);                   \
      }                                                                                          \
    barrier ();                                                                                  \
    return pz_shares[me - me % share];                                                           \
  }

float
pz_plus (float a, float b)
{
  return a + b;
}

// For the sum over `share` neighbours, the first of which is a multiple of `share`.
PZ_SHARE (pz_share_sum, pz_plus)
PZ_SHARE (pz_share_max, max)

#endif
