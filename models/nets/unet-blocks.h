/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The U-Net's parts: ResNet, transformer, resampling. Each is called in the scope of its own name.
 */
#pragma once

#include "models/nets/unet.h"

G_BEGIN_DECLS

/* What every block sees. */
typedef struct
{
  PzGraph *graph;
  const PzUnetConfig *config;
  const PzUnetInputs *inputs;
  PzTensor *time; /* silu of the time embedding, [B, E] */
  guint next_site; /* sites are met in the order of pz_unet_sites () */
} PzUnetState;

/* x [B, H, W, I] -> [B, H, W, out]. */
PzTensor *pz_unet_resnet (PzUnetState *state, PzTensor *x, guint out);

/* Self attention, cross attention, feed forward over the pixels. x [B, H, W, C] -> the same shape. */
PzTensor *pz_unet_transformer (PzUnetState *state, PzTensor *x, guint heads);

/* Half the size, rounded up. */
PzTensor *pz_unet_downsample (PzUnetState *state, PzTensor *x);

/* Twice the size, cropped to height and width. */
PzTensor *pz_unet_upsample (PzUnetState *state, PzTensor *x, guint height, guint width);

G_END_DECLS
