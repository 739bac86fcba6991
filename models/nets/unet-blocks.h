/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Building blocks of the U-Net: ResNet, transformer, resampling. Call each in the scope of its own name.
 */
#pragma once

#include "models/nets/unet.h"

G_BEGIN_DECLS

/* State shared by all blocks while the network is built. */
typedef struct
{
  PzGraph *graph;
  const PzUnetConfig *config;
  const PzUnetInputs *inputs;
  PzTensor *time; /* silu of the time embedding, [B, E] */
  guint next_site; /* index of the next cross attention, in the order of pz_unet_sites () */
} PzUnetState;

/* x [B, H, W, I] -> [B, H, W, out]. */
PzTensor *pz_unet_resnet (PzUnetState *state, PzTensor *x, guint out);

/* Self attention, cross attention and feed forward over all pixels. x [B, H, W, C] -> the same shape. */
PzTensor *pz_unet_transformer (PzUnetState *state, PzTensor *x, guint heads);

/* Halves height and width, rounding up. */
PzTensor *pz_unet_downsample (PzUnetState *state, PzTensor *x);

/* Doubles height and width, then crops to the given ones. */
PzTensor *pz_unet_upsample (PzUnetState *state, PzTensor *x, guint height, guint width);

G_END_DECLS
