/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures to learn from, as the autoencoder sees them: squashed to one size as the papers' code does it, each once as it is
 * and once from left to right.
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
  /* [n_pictures, 2 (as it is, flipped), height, width, channels]: what the U-Net sees. deviation NULL: the
   * autoencoder gives one latent, not a distribution. */
  float *mean, *deviation;
  float
    *weight; /* [n_pictures, 2, height, width]: how much of each latent pixel counts, 0..1 */
  PzLearnEncoder encoder; /* that made them; see pz_learn_data_release_encoder () */
} PzLearnData;

/* Checks sizes and masks; nothing runs. Fails with BAD_INPUT, the picture by its number. */
gboolean pz_learn_data_check (const PzLearnParams *params, GError **error);

/* What encoding them adds to a footprint. */
gboolean pz_learn_data_measure (const PzModelFolder *model,
                                PzDtype activation,
                                const PzLearnParams *params,
                                PzFootprint *footprint,
                                GError **error);

/* width, height: of params, filled in. Fails with BAD_OUTPUT (a latent that is not finite, by its number), and as
 * programs do. progress: 0..1. */
gboolean pz_learn_data_init (PzLearnData *data,
                             PzGpu *gpu,
                             const PzModelFolder *model,
                             PzDtype activation,
                             const PzLearnParams *params,
                             GCancellable *cancellable,
                             void (*progress) (double fraction, gpointer user),
                             gpointer user,
                             GError **error);
/* Where no picture is encoded again. */
void pz_learn_data_release_encoder (PzLearnData *data);
void pz_learn_data_clear (PzLearnData *data);

/* 64 hex digits over pictures and masks. (transfer full) */
char *pz_learn_data_hash (const PzLearnParams *params);

G_END_DECLS
