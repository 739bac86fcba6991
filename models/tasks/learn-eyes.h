/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ways to tell people apart by a picture, for Celeb Basis: one row each.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/concept.h"
#include "models/learners/learner.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

/* What a face is cropped to by the authors: a portrait has no more pixels. */
#define PZ_PORTRAIT_SIDE 512

typedef struct
{
  const char *name;
  gboolean is_free; /* nothing is seen: only `frame` is there */
  gboolean is_face; /* what it sees says who somebody is */
  /* How many numbers; 0 = this model cannot. */
  guint (*size) (const PzModelFolder *model, const PzLearnParams *params);
  gboolean (*measure) (const PzLearnContext *context, PzFootprint *footprint, GError **error);
  gpointer (*open) (const PzLearnContext *context, GError **error);
  /* The square around who is there, of which a portrait is made (pz_concept_crop (), PZ_PORTRAIT_SIDE). mask may be NULL. */
  gboolean (*frame) (gpointer eyes,
                     PzImage *image,
                     const PzImage *mask,
                     PzSquare *square,
                     GError **error);
  /* The portrait of the last frame in other colours, and mirrored: values [size], of length 1. */
  gboolean (*see) (gpointer eyes,
                   const PzImage *portrait,
                   gboolean is_mirrored,
                   float *values,
                   GError **error);
  void (*close) (gpointer eyes);
} PzEyes;

/* NULL = there are none of that name. */
const PzEyes *pz_eyes_find (const char *name);

G_END_DECLS
