/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The training pictures, encoded by the autoencoder: resized to one size without keeping the proportions, as the papers' code
 * does, each as it is and mirrored horizontally.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/learn.h"
#include "models/tasks/learn-encoder.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_pictures;
  guint width, height, channels; /* of a latent */
  /* [n_pictures, 2 (as it is, mirrored), height, width, channels], scaled as the U-Net sees it. deviation: NULL if the
   * autoencoder gives a single latent instead of a distribution. */
  float *mean, *deviation;
  float
    *weight; /* [n_pictures, 2, height, width]: how strongly each latent pixel counts, 0..1 */
  PzLearnEncoder encoder; /* encoded them; see pz_learn_data_release_encoder () */
} PzLearnData;

/* Checks sizes and masks without running anything. Fails with BAD_INPUT, which gives the picture's number. */
gboolean pz_learn_data_check (const PzLearnParams *params, GError **error);

/* Adds what encoding the pictures needs to a footprint. */
gboolean pz_learn_data_measure (const PzModelFolder *model,
                                PzDtype activation,
                                const PzLearnParams *params,
                                PzFootprint *footprint,
                                GError **error);

/* params: width and height must be filled in. progress: 0..1. Fails with BAD_OUTPUT (a latent is not finite; gives the
 * picture's number), and as programs do. */
gboolean pz_learn_data_init (PzLearnData *data,
                             PzGpu *gpu,
                             const PzModelFolder *model,
                             PzDtype activation,
                             const PzLearnParams *params,
                             GCancellable *cancellable,
                             void (*progress) (double fraction, gpointer user),
                             gpointer user,
                             GError **error);
/* Frees the encoder. Call it if no picture will be encoded again. */
void pz_learn_data_release_encoder (PzLearnData *data);
void pz_learn_data_clear (PzLearnData *data);

/* A hash of the pictures and masks, as 64 hex digits. (transfer full) */
char *pz_learn_data_hash (const PzLearnParams *params);

G_END_DECLS
