/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoencoderTiny (TAESD) with any number of levels: pictures to latents and back. Its latents are already scaled:
 * scaling_factor is 1 in files of this kind.
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* image [B, H, W, 3] in -1..1, any float dtype -> latent [B, H/f, W/f, L] (rounded up). */
PzTensor *pz_tiny_vae_encoder (PzGraph *graph, const PzTinyVaeConfig *config, PzTensor *image);

/* latent [B, h, w, L], any float dtype, divided by scaling_factor -> image [B, f h, f w, 3], roughly in -1..1, not clamped. */
PzTensor *pz_tiny_vae_decoder (PzGraph *graph, const PzTinyVaeConfig *config, PzTensor *latent);

G_END_DECLS
