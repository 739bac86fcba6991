/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ways of computing features that distinguish people by a picture, for Celeb Basis: a table with one row each.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/concept.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

/* Pixels. The authors' crop size for faces, and the maximum side of a portrait. */
#define PZ_PORTRAIT_SIDE 512

typedef struct
{
  const char *name;
  gboolean is_free; /* no features; only `frame` is set */
  gboolean is_face; /* features identify the person */
  /* Number of features; 0 = not supported by this model. */
  guint (*size) (const PzModelFolder *model, const PzLearnParams *params);
  gboolean (*measure) (const PzLearnContext *context, PzFootprint *footprint, GError **error);
  gpointer (*open) (const PzLearnContext *context, GError **error);
  /* Finds the square around the person that becomes the portrait (pz_concept_crop (), PZ_PORTRAIT_SIDE). mask may be NULL. */
  gboolean (*frame) (gpointer eyes,
                     PzImage *image,
                     const PzImage *mask,
                     PzSquare *square,
                     GError **error);
  /* portrait: that of the last frame, with changed colours, possibly mirrored. values: [size], a unit vector. */
  gboolean (*see) (gpointer eyes,
                   const PzImage *portrait,
                   gboolean is_mirrored,
                   float *values,
                   GError **error);
  void (*close) (gpointer eyes);
} PzEyes;

/* NULL = there is no entry with this name. */
const PzEyes *pz_eyes_find (const char *name);

G_END_DECLS
