/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The args of all three kernels of group_norm.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzGroupNormArgs)
  pz_u64 x;        /* [batch, pixels, channels] */
  pz_u64 weight;   /* [channels] */
  pz_u64 bias;     /* [channels] */
  pz_u64 y;        /* [batch, pixels, channels], may be x */
  pz_u64 partials; /* F32 [batch, chunks, 2, channels]: mean and sum of squared differences */
  pz_u64 factors;  /* F32 [batch, 2, channels]: mean of the group, weight / deviation */
  pz_u64 scales;   /* F32 [batch, groups]: 1 / deviation, for the gradient; 0 = not wanted */
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
  pz_f32 eps;
PZ_ARGS_END (PzGroupNormArgs);
