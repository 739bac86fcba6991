/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoencoderKL, Stable Diffusion's own autoencoder: pictures to the distribution of their latents, and back (keys as in
 * current diffusers).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* image [B, H, W, 3] in -1..1, any float dtype -> moments [B, H/f, W/f, 2 L] (rounded down): the mean, then the logarithm of
 * the variance, both unscaled. */
PzTensor *pz_vae_encoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *image);

/* latent [B, h, w, L], any float dtype, divided by scaling_factor -> image [B, f h, f w, 3], roughly in -1..1, not clamped. */
PzTensor *pz_vae_decoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *latent);

G_END_DECLS
