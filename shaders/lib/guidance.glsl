// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Classifier-free guidance for one element: pred has an unconditional and a conditional half; the result is uncond + g (cond -
// uncond). Include after shaders/lib/storage.glsl.
#ifndef PZ_GUIDANCE_GLSL
#define PZ_GUIDANCE_GLSL

float
pz_guided (uint64_t pred, uint i, uint n, uint guided, float g)
{
  const float first = load1 (pred, i);

  return guided != 0 ? first + g * (load1 (pred, n + i) - first) : first;
}

#endif
