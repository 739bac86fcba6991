/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Latents as a small picture without the decoder: each latent pixel's colour is an affine function of its channels,
 * fitted by least squares to what this model's own decoder made of them, so it needs no numbers in any file and is right
 * for any model. A decoder is far from affine: colours and shapes are right, details are not there.
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
  double rows[PZ_PREVIEW_MAX_CHANNELS + 1][3]; /* for each channel, and the constant */
} PzLatentPreview;

/* latent [height, width, channels]; picture: RGB, its sides a multiple of the latent's. Fits anew from this pair.
 * Leaves everything as it was when the pair cannot say anything (too few pixels). */
void pz_latent_preview_fit (PzLatentPreview *preview,
                            const float *latent,
                            guint width,
                            guint height,
                            guint channels,
                            const PzImage *picture);

/* One pixel for each latent pixel. (transfer full) */
PzImage *pz_latent_preview_paint (const PzLatentPreview *preview,
                                  const float *latent,
                                  guint width,
                                  guint height);

G_END_DECLS
