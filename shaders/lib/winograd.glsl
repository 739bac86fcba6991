// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Winograd's F(2, 3) and F(3, 3) (Lavin and Gray, arXiv 1509.09308): TILE outputs of a 3-tap filter from TILE + 2 products,
// taken at TILE + 2 interpolation points. F(2, 3) uses the points 0, 1, -1 and infinity. F(3, 3) uses A, -A, B, -B and
// infinity, where A and B are the simple fractions that gave the smallest rounding error: about half that of the usual points
// 0, 1, -1, 2 and infinity.
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
