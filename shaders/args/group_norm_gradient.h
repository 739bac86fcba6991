/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The args of all three kernels of the group_norm gradient. factors and scales are computed from x as in args/group_norm.h.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzGroupNormGradientArgs)
  pz_u64 x;        /* [batch, pixels, channels] */
  pz_u64 bias;     /* [channels] */
  pz_u64 d_out;    /* [batch, pixels, channels] */
  pz_u64 y;        /* [batch, pixels, channels], may be d_out or x */
  pz_u64 factors;  /* F32 [batch, 2, channels]: mean of the group, weight / deviation */
  pz_u64 scales;   /* F32 [batch, groups]: 1 / deviation */
  pz_u64 partials; /* F32 [batch, chunks, 2, channels]: sums of f = d_out act' factor, and of f (x - mean) */
  pz_u64 means;    /* F32 [batch, 2, channels]: per group, mean of f and mean of f (x - mean) / deviation^2 */
  pz_u32 batch;
  pz_u32 pixels;
  pz_u32 channels;
  pz_u32 groups;
  pz_u32 chunk_pixels; /* pixels per lane in the kernel being dispatched */
  pz_u32 chunks;
  pz_u32 quads; /* per pixel; the last one may be partial */
  pz_u32 quads_multiplier;
  pz_u32 quads_shift;
  pz_u32 chunks_multiplier;
  pz_u32 chunks_shift;
PZ_ARGS_END (PzGroupNormGradientArgs);
