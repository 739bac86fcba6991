/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adds the parts of a product whose k was split over workgroups, in order, and applies the epilogue. A lane handles four
 * elements of a row, or fewer at its end.
 */
#include "shaders/args/args.h"
#include "shaders/args/product.h"

PZ_ARGS_BEGIN (PzProductSumArgs)
  pz_u64 parts; /* f32 [splits, m, n] */
  pz_u64 w;     /* weight of the product; the scales of a packed weight are read */
  PZ_EPILOGUE_ADDRESSES
  PZ_EPILOGUE_SIZES
  pz_u32 k;
  pz_u32 splits;
  pz_u32 quads; /* ceil (n / 4) */
  pz_u32 quads_multiplier; /* pz_divisor (quads) */
  pz_u32 quads_shift;
PZ_ARGS_END (PzProductSumArgs);
