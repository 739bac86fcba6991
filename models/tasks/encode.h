/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ELITE's encoder: a picture and a mask to words and local features (Wei et al., ELITE, 2023,
 * section 3; its inputs as the authors' dataset code prepares them).
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

/* Nothing is loaded yet. model and its fingerprints are not owned and must outlive the encoder. */
PzEncoder *pz_encoder_new (PzGpu *gpu,
                           const PzModelFolder *model,
                           const PzModelFingerprints *fingerprints,
                           PzDtype activation);
void pz_encoder_free (PzEncoder *encoder);

/* Lets go of what it has on the device, until it is used again. */
void pz_encoder_rest (PzEncoder *encoder);

/* What it adds to a footprint. */
gboolean pz_encoder_measure (PzEncoder *encoder, PzFootprint *footprint, GError **error);

/* As pz_session_can_encode (). */
gboolean pz_encoder_check (const PzEncoder *encoder, GError **error);

/* As pz_session_encode (); load_us gets the time spent on weights and pipelines. */
PzConcept *pz_encoder_run (PzEncoder *encoder,
                           PzImage *image,
                           PzImage *mask,
                           const PzTaskParams *task,
                           gint64 *load_us,
                           GError **error);

/* How a concept was made of a picture, as PzConcept keeps it: JSON without paths. (transfer full) */
char *pz_encode_recipe (const PzModelFolder *model,
                        const char *method,
                        const PzImage *crop,
                        const PzImage *mask);

/* The mask as ELITE's local branch sees it: [cells, cells] of 0 or 1, the nearest sample of a 128x128 nearest sampling of the mask (methods:
 * inputs). mask: square, 1 channel. cells <= 128. Pure function. */
void pz_encode_mask_grid (const PzImage *mask, guint cells, float *grid);

G_END_DECLS
