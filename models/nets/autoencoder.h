/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts pictures to latents and back with the network in the folder vae/. Each class that its config.json may name has one
 * row in a table. Latents are scaled as the U-Net expects them, unless stated otherwise.
 *
 * Thread: pz_autoencoder_read (): any; all others: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

typedef struct _PzAutoencoderClass PzAutoencoderClass;

typedef struct
{
  const PzAutoencoderClass *klass; /* NULL = no configuration read */
  guint in_channels; /* of the picture */
  guint latent_channels; /* L */
  guint factor; /* f: picture pixels per latent pixel, along each side */
  float scaling_factor; /* U-Net latents are the encoder's output times this */
  gboolean decodes_only; /* the file has no encoder */
  union
  {
    PzVaeConfig kl;
    PzTinyVaeConfig tiny;
  } config;
} PzAutoencoder;

/* Reads vae/config.json. Fails with BAD_FILE or UNSUPPORTED_MODEL, like pz_config_read (). */
gboolean pz_autoencoder_read (const char *path, PzAutoencoder *autoencoder, GError **error);

/* Fills the struct from a configuration that the caller already has. */
void pz_autoencoder_init_kl (PzAutoencoder *autoencoder, const PzVaeConfig *config);
void pz_autoencoder_init_tiny (PzAutoencoder *autoencoder, const PzTinyVaeConfig *config);

/* "AutoencoderKL" or "AutoencoderTiny". Static. */
const char *pz_autoencoder_get_class_name (const PzAutoencoder *autoencoder);

/* image [B, H, W, 3] in -1..1, any float dtype -> latent [B, H/f, W/f, L], multiplied by scaling_factor for the U-Net. If the
 * network predicts a distribution, the latent is its mean, and *moments is set to the network's output [B, H/f, W/f, 2 L]: the
 * mean, then the logarithm of the variance, both unscaled. Otherwise *moments is set to NULL. */
PzTensor *pz_autoencoder_encoder (PzGraph *graph,
                                  const PzAutoencoder *autoencoder,
                                  PzTensor *image,
                                  PzTensor **moments);

/* Converts U-Net latents to the scale that pz_autoencoder_decoder () takes: divides by scaling_factor. */
PzTensor *
pz_autoencoder_unscale (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent);

/* latent [B, h, w, L], any float dtype, already divided by scaling_factor, like the input of diffusers' AutoencoderKL.decode ()
 * -> image [B, f h, f w, 3], roughly in -1..1, not clamped. */
PzTensor *
pz_autoencoder_decoder (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent);

G_END_DECLS
