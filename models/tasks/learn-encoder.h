/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The autoencoder's encoder, for the pictures to learn from.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/files/model-folder.h"
#include "models/image.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

/* Members up to height are set by the owner. */
typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
  GCancellable *cancellable;
  guint width, height; /* of the input pictures */
  PzProgram *program; /* picture -> latent, and log_variance if there is one */
} PzLearnEncoder;

/* Adds the encoder's needs to a footprint. */
gboolean pz_learn_encoder_measure (const PzLearnEncoder *encoder,
                                   PzFootprint *footprint,
                                   GError **error);
gboolean pz_learn_encoder_init (PzLearnEncoder *encoder, GError **error);
void pz_learn_encoder_clear (PzLearnEncoder *encoder);
gboolean pz_learn_encoder_has_deviation (const PzLearnEncoder *encoder);

/* Quantises a picture to 8 bits and resizes it as PIL does, without keeping the proportions: pixels [height, width, 3] in
 * -1..1. */
gboolean pz_learn_encoder_squash (const PzLearnEncoder *encoder,
                                  PzImage *image,
                                  gboolean flipped,
                                  guint width,
                                  guint height,
                                  float *pixels,
                                  GError **error);

/* pixels of the encoder's size -> mean and deviation [height, width, channels] of the latent, scaled as the U-Net sees it.
 * deviation: NULL if the encoder has none. number: of the picture, for the error BAD_OUTPUT (a value is not finite). */
gboolean pz_learn_encoder_run (PzLearnEncoder *encoder,
                               const float *pixels,
                               guint number,
                               float *mean,
                               float *deviation,
                               GError **error);

G_END_DECLS
