// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bits of a tap's fraction, as PIL has them for 8-bit pictures.
#ifndef PZ_RESIZE_GLSL
#define PZ_RESIZE_GLSL

#define PZ_RESIZE_BITS 22

#endif
