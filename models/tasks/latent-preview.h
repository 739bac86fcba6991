/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts latents to a small picture without the decoder. The colour of each latent pixel is an affine function of its
 * channels, fitted by least squares to the output of the model's own decoder, so it works for every model without stored
 * coefficients. A real decoder is far from affine: colours and shapes are right, details are missing.
 *
 * Pure functions. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

#define PZ_PREVIEW_MAX_CHANNELS 16

typedef struct
{
  guint channels; /* of a latent; 0 = not fitted yet */
  double rows[PZ_PREVIEW_MAX_CHANNELS + 1][3]; /* per channel, then the constant */
} PzLatentPreview;

/* Fits the function to this pair. latent: [height, width, channels]; picture: RGB, sides are multiples of the latent's. Leaves
 * preview unchanged if the fit is not possible (too few pixels). */
void pz_latent_preview_fit (PzLatentPreview *preview,
                            const float *latent,
                            guint width,
                            guint height,
                            guint channels,
                            const PzImage *picture);

/* One pixel per latent pixel. (transfer full) */
PzImage *pz_latent_preview_paint (const PzLatentPreview *preview,
                                  const float *latent,
                                  guint width,
                                  guint height);

G_END_DECLS
