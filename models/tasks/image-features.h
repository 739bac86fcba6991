/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pooled features of a picture from a model's image encoder.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

typedef struct _PzImageFeatures PzImageFeatures;

/* Number of features; 0 = the model has no image encoder. */
guint pz_image_features_size (const PzModelFolder *model);

/* Adds the encoder's needs to a footprint. */
gboolean pz_image_features_measure (const PzModelFolder *model,
                                    PzDtype activation,
                                    PzFootprint *footprint,
                                    GError **error);

/* model is not owned and must outlive it. (transfer full) */
PzImageFeatures *pz_image_features_new (PzGpu *gpu,
                                        const PzModelFolder *model,
                                        PzDtype activation,
                                        GCancellable *cancellable,
                                        GError **error);
void pz_image_features_free (PzImageFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzImageFeatures, pz_image_features_free)

/* square: RGB, width equal to height. values: [size], a unit vector. Fails with BAD_OUTPUT (not finite, or zero), and as
 * programs do. */
gboolean pz_image_features_run (PzImageFeatures *features,
                                const PzImage *square,
                                float *values,
                                GError **error);

G_END_DECLS
