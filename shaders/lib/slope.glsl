// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The derivative of each PzActivation.
#ifndef PZ_SLOPE_GLSL
#define PZ_SLOPE_GLSL

#include "shaders/lib/activation.glsl"

// Derivative of x * sigmoid (a x).
float
pz_sigmoid_slope (float x, float a)
{
  const float s = 1.0 / (1.0 + exp (-a * x));
  return s * (1.0 + a * x * (1.0 - s));
}

// Phi (x) + x phi (x), the cumulative normal distribution and its density.
float
pz_gelu_slope (float x)
{
  return 0.5 * (1.0 + pz_erf (x * 0.70710678118654752))
         + x * 0.39894228040143268 * exp (-0.5 * x * x);
}

// 1 / cosh^2 (x / 3).
float
pz_tanh3_slope (float x)
{
  const float t = exp (-abs (x) * (2.0 / 3.0));
  return 4.0 * t / ((1.0 + t) * (1.0 + t));
}

float
pz_slope (float x, uint act)
{
  if (act == PZ_ACT_SILU)
    return pz_sigmoid_slope (x, 1.0);
  if (act == PZ_ACT_GELU)
    return pz_gelu_slope (x);
  if (act == PZ_ACT_QUICK_GELU)
    return pz_sigmoid_slope (x, 1.702);
  if (act == PZ_ACT_RELU)
    return x > 0.0 ? 1.0 : 0.0;
  if (act == PZ_ACT_LEAKY_RELU)
    return x >= 0.0 ? 1.0 : 0.01;
  if (act == PZ_ACT_TANH3)
    return pz_tanh3_slope (x);
  return 1.0;
}

vec4
pz_slope4 (vec4 x, uint act)
{
  return vec4 (pz_slope (x.x, act), pz_slope (x.y, act), pz_slope (x.z, act),
               pz_slope (x.w, act));
}

#endif
