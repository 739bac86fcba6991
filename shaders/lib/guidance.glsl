// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The network's answer for one element: of two halves, without and with the prompt, the first and g
// times the difference. Include after shaders/lib/storage.glsl.
#ifndef PZ_GUIDANCE_GLSL
#define PZ_GUIDANCE_GLSL

float
pz_guided (uint64_t pred, uint i, uint n, uint guided, float g)
{
  const float first = load1 (pred, i);

  return guided != 0 ? first + g * (load1 (pred, n + i) - first) : first;
}

#endif
