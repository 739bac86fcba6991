/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ELITE's encoder: maps a picture and a mask to words and local features (Wei et al., ELITE, 2023, section 3; inputs are
 * prepared as in the authors' dataset code).
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/tasks/footprint.h"
#include "models/files/model-folder.h"
#include "models/session.h"

G_BEGIN_DECLS

typedef struct _PzEncoder PzEncoder;

/* Loads nothing yet. model and its fingerprints are not owned and must outlive the encoder. */
PzEncoder *pz_encoder_new (PzGpu *gpu,
                           const PzModelFolder *model,
                           const PzModelFingerprints *fingerprints,
                           PzDtype activation);
void pz_encoder_free (PzEncoder *encoder);

/* Frees the encoder's device memory. It is allocated again on the next use. */
void pz_encoder_rest (PzEncoder *encoder);

/* Adds the encoder's needs to a footprint. */
gboolean pz_encoder_measure (PzEncoder *encoder, PzFootprint *footprint, GError **error);

/* As pz_session_can_encode (). */
gboolean pz_encoder_check (const PzEncoder *encoder, GError **error);

/* As pz_session_encode (). The time spent on loading weights and compiling pipelines is added to *load_us. */
PzConcept *pz_encoder_run (PzEncoder *encoder,
                           PzImage *image,
                           PzImage *mask,
                           const PzTaskParams *task,
                           gint64 *load_us,
                           GError **error);

/* The recipe of a concept made from a picture, as PzConcept stores it: JSON without paths. (transfer full) */
char *pz_encode_recipe (const PzModelFolder *model,
                        const char *method,
                        const PzImage *crop,
                        const PzImage *mask);

/* The mask for ELITE's local branch: [cells, cells] of 0 or 1, nearest-neighbour samples of a 128x128 nearest-neighbour
 * sampling of the mask (methods: inputs). mask: square, 1 channel. cells <= 128. Pure function. */
void pz_encode_mask_grid (const PzImage *mask, guint cells, float *grid);

G_END_DECLS
