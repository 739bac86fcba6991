/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Functions on faces for other tasks, in addition to models/faces.h. Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/faces.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

/* Adds the networks' needs to a footprint. */
gboolean pz_faces_measure (PzFootprint *footprint, GError **error);

/* The crop square for a portrait of the face: axis-aligned, with the eyes at the position used by the authors of Celeb Basis
 * (methods: Celeb Basis, alignment). May extend beyond the picture. */
void pz_face_frame (const PzFace *face, PzSquare *square);

/* Transforms points and places of the face to a square of the picture that is scaled to `side` pixels. If mirrored, the left
 * eye is the one on the left of the mirrored picture. */
PzFace pz_face_in_square (const PzFace *face,
                          const PzSquare *square,
                          guint side,
                          gboolean is_mirrored);

G_END_DECLS
