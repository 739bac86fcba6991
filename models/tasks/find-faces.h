/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tasks know of faces besides models/faces.h. Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/faces.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

/* What the networks add to a footprint. */
gboolean pz_faces_measure (PzFootprint *footprint, GError **error);

/* The square that a portrait of the face is cut to: upright, with eyes where the authors of Celeb Basis have them (methods: Celeb
 * Basis, alignment). May reach beyond the picture. */
void pz_face_frame (const PzFace *face, PzSquare *square);

/* Points and places of the face as they are in a square of the picture, scaled to `side` pixels; mirrored: the left eye is the one
 * on the left there. */
PzFace pz_face_in_square (const PzFace *face,
                          const PzSquare *square,
                          guint side,
                          gboolean is_mirrored);

G_END_DECLS
