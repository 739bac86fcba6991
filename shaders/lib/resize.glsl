// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Number of fraction bits of a tap, as in PIL for 8-bit pictures.
#ifndef PZ_RESIZE_GLSL
#define PZ_RESIZE_GLSL

#define PZ_RESIZE_BITS 22

#endif
