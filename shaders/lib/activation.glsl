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

vec4
pz_gelu4 (vec4 x)
{
  return 0.5 * x * (1.0 + pz_erf4 (x * 0.70710678118654752));
}

// 3 tanh (x / 3). The argument of exp is never positive, so that it cannot overflow.
vec4
pz_tanh3_4 (vec4 x)
{
  const vec4 t = exp (-abs (x) * (2.0 / 3.0));
  const vec4 tanh_abs = mix ((1.0 - t) / (1.0 + t), abs (x) / 3.0 * (1.0 - x * x / 27.0),
                             lessThan (abs (x), vec4 (0.03)));
  return sign (x) * 3.0 * tanh_abs;
}

// All functions are in each kernel that calls this, and a driver reads them before it drops those that are not selected. So
// they are written for vectors: four calls would be four copies.
vec4
pz_activate4 (vec4 x, uint act)
{
  // For large negative x exp overflows to infinity, and x / infinity is -0, which is correct.
  if (act == PZ_ACT_SILU)
    return x / (1.0 + exp (-x));
  if (act == PZ_ACT_GELU)
    return pz_gelu4 (x);
  if (act == PZ_ACT_QUICK_GELU)
    return x / (1.0 + exp (-1.702 * x));
  if (act == PZ_ACT_RELU)
    return max (x, 0.0);
  if (act == PZ_ACT_LEAKY_RELU)
    return mix (0.01 * x, x, greaterThanEqual (x, vec4 (0.0)));
  if (act == PZ_ACT_TANH3)
    return pz_tanh3_4 (x);
  return x;
}

float
pz_activate (float x, uint act)
{
  return pz_activate4 (vec4 (x), act).x;
}

#endif
