/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoencoderKL, Stable Diffusion's own: pictures to the distribution of their latents, and back
 * (keys as diffusers names them today).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* image [B, H, W, 3] in -1..1, any float dtype -> moments [B, H/f, W/f, 2 L] (rounded down): mean,
 * then the logarithm of the variance, not scaled. */
PzTensor *pz_vae_encoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *image);

/* latent [B, h, w, L], any float dtype, divided by scaling_factor -> image [B, f h, f w, 3], about
 * -1..1, not clamped. */
PzTensor *pz_vae_decoder (PzGraph *graph, const PzVaeConfig *config, PzTensor *latent);

G_END_DECLS
