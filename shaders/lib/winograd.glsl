// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Winograd's F(2, 3) and F(3, 3): of TILE + 2 pixels and a window of 3, both seen as polynomials, the
// values at TILE + 2 points are multiplied, and give TILE sums. F(2, 3) takes the points 0, 1, -1 and
// infinity, F(3, 3) takes a, -a, b, -b and infinity. Of the fractions tried these a and b round least: in
// two directions, over 64 channels of numbers up to 1, an error of 2.8e-6 (root of the mean square), with
// 0, 1, -1, 2 and infinity 5.7e-6, F(2, 3) 1.6e-6.
#ifndef PZ_WINOGRAD_GLSL
#define PZ_WINOGRAD_GLSL

#include "shaders/args/spec.h"

layout (constant_id = PZ_SPEC_WINOGRAD_TILE) const uint TILE = 2;
const uint SIDE = TILE + 2;
const uint MAX_TILE = 3;

const float A = 0.375;
const float B = 1.25;
const float A2 = A * A;
const float B2 = B * B;

#endif
