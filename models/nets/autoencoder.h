/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures to latents and back, whichever network of the folder vae/ does it: one row per class
 * that a config.json may name. Latents here are those the U-Net sees.
 *
 * Thread: pz_autoencoder_read (): any; the rest: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef struct _PzAutoencoderClass PzAutoencoderClass;

typedef struct
{
  const PzAutoencoderClass *klass; /* NULL = none read */
  guint in_channels; /* of pictures */
  guint latent_channels; /* L */
  guint factor; /* f: picture pixels of one latent pixel */
  float scaling_factor; /* latents of the U-Net are the encoder's times this */
  gboolean decodes_only; /* its file has no encoder */
  union
  {
    PzVaeConfig kl;
    PzTinyVaeConfig tiny;
  } config;
} PzAutoencoder;

/* Reads vae/config.json. Fails with BAD_FILE or UNSUPPORTED_MODEL, as pz_config_read () does. */
gboolean pz_autoencoder_read (const char *path, PzAutoencoder *autoencoder, GError **error);

/* From a configuration found elsewhere. */
void pz_autoencoder_init_kl (PzAutoencoder *autoencoder, const PzVaeConfig *config);
void pz_autoencoder_init_tiny (PzAutoencoder *autoencoder, const PzTinyVaeConfig *config);

/* "AutoencoderKL", ... */
const char *pz_autoencoder_get_class_name (const PzAutoencoder *autoencoder);

/* image [B, H, W, 3] in -1..1, any float dtype -> latent [B, H/f, W/f, L], the U-Net's: times scaling_factor. Where the network answers
 * with a distribution the latent is its mean, and *moments becomes what it answered (mean, then
 * logarithm of the variance, [B, H/f, W/f, 2 L], not scaled), else NULL. */
PzTensor *pz_autoencoder_encoder (PzGraph *graph,
                                  const PzAutoencoder *autoencoder,
                                  PzTensor *image,
                                  PzTensor **moments);

/* The U-Net's latents as the decoder takes them: divided by scaling_factor. */
PzTensor *
pz_autoencoder_unscale (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent);

/* latent [B, h, w, L], any float dtype, already divided by scaling_factor, as diffusers' AutoencoderKL.decode ()
 * takes it -> image [B, f h, f w, 3], about -1..1, not clamped. */
PzTensor *
pz_autoencoder_decoder (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent);

G_END_DECLS
