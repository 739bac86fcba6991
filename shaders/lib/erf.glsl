// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// erf in f32, absolute error below 2e-7 (Abramowitz and Stegun, 7.1.26).
#ifndef PZ_ERF_GLSL
#define PZ_ERF_GLSL

vec4
pz_erf4 (vec4 x)
{
  const vec4 t = 1.0 / (1.0 + 0.3275911 * abs (x));
  const vec4 p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t
                  + 0.254829592) * t;
  return sign (x) * (1.0 - p * exp (-x * x));
}

float
pz_erf (float x)
{
  return pz_erf4 (vec4 (x)).x;
}

#endif
