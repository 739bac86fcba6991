// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The PzActivation functions of compute/graph.h, selected by a specialisation constant.
#ifndef PZ_ACTIVATION_GLSL
#define PZ_ACTIVATION_GLSL

#include "shaders/lib/erf.glsl"

#define PZ_ACT_NONE 0
#define PZ_ACT_SILU 1
#define PZ_ACT_GELU 2
#define PZ_ACT_QUICK_GELU 3
#define PZ_ACT_RELU 4
#define PZ_ACT_LEAKY_RELU 5
#define PZ_ACT_TANH3 6

float
pz_gelu (float x)
{
  return 0.5 * x * (1.0 + pz_erf (x * 0.70710678118654752));
}

// 3 tanh (x / 3). The argument of exp is never positive, so that it cannot overflow.
float
pz_tanh3 (float x)
{
  const float t = exp (-abs (x) * (2.0 / 3.0));
  const float tanh_abs = abs (x) < 0.03 ? abs (x) / 3.0 * (1.0 - x * x / 27.0)
                                        : (1.0 - t) / (1.0 + t);
  return sign (x) * 3.0 * tanh_abs;
}

float
pz_activate (float x, uint act)
{
  // For large negative x exp overflows to infinity, and x / infinity is -0, which is correct.
  if (act == PZ_ACT_SILU)
    return x / (1.0 + exp (-x));
  if (act == PZ_ACT_GELU)
    return pz_gelu (x);
  if (act == PZ_ACT_QUICK_GELU)
    return x / (1.0 + exp (-1.702 * x));
  if (act == PZ_ACT_RELU)
    return max (x, 0.0);
  if (act == PZ_ACT_LEAKY_RELU)
    return x >= 0.0 ? x : 0.01 * x;
  if (act == PZ_ACT_TANH3)
    return pz_tanh3 (x);
  return x;
}

vec4
pz_activate4 (vec4 x, uint act)
{
  return vec4 (pz_activate (x.x, act), pz_activate (x.y, act), pz_activate (x.z, act),
               pz_activate (x.w, act));
}

#endif
