/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A full-size face recognition network, insightface's IResNet, with the alignment used by the authors of Celeb Basis (methods:
 * Celeb Basis, face recogniser and alignment).
 *
 * Thread: the one that owns the device.
 */
#pragma once

#include "compute/gpu.h"
#include "models/faces.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

typedef struct _PzFaceRecognizer PzFaceRecognizer;

/* path: a .pth file. (transfer full). Fails with BAD_FILE, GPU_MEMORY, CANCELLED. */
PzFaceRecognizer *pz_face_recognizer_open (PzGpu *gpu,
                                           const char *path,
                                           GCancellable *cancellable,
                                           GError **error);
void pz_face_recognizer_close (PzFaceRecognizer *recognizer);

/* Adds the network's needs to a footprint. */
gboolean pz_face_recognizer_measure (const char *path, PzFootprint *footprint, GError **error);

/* features: [PZ_FACE_MAX_FEATURES], not normalised. */
gboolean pz_face_recognizer_run (PzFaceRecognizer *recognizer,
                                 const PzImage *image,
                                 const PzFace *face,
                                 float *features,
                                 GError **error);

G_END_DECLS
