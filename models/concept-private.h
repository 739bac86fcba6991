/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Construction of a PzConcept, for tasks, learners and files. Thread: any.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

/* A mask pixel is inside if its 8-bit value is not 0, as in ELITE's data set (csyxwei/ELITE datasets.py: mask > 0). */
static inline gboolean
pz_mask_is_inside (float value)
{
  return value >= 0.5f / 255.0f;
}

/* Absent parts are 0 or NULL. */
typedef struct
{
  const char *name, *title, *method, *class_word, *recipe, *licence;
  PzImage *thumbnail; /* RGB */
  guint width; /* D */
  guint n_words; /* primary first */
  const float *words; /* [n_words, D] */
  guint n_coefficients; /* per word */
  const float *coefficients; /* [n_words, n_coefficients] */
  guint n_face; /* features */
  const float *face; /* [n_face] */
  guint n_patches; /* P */
  const float *local; /* [P, D] */
  guint n_image_tokens; /* T */
  const float *image_tokens; /* [2, T, D] */
  PzConceptPrefix prefix;
  const PzConceptOverride *overrides;
  guint n_overrides;
  const char *model, *elite, *ip_adapter; /* fingerprints */
  PzImage *crop; /* RGB */
  PzImage *crop_mask; /* 1 channel, same size */
} PzConceptParts;

/* Copies everything except pictures, which are referenced. (transfer full) */
PzConcept *pz_concept_new (const PzConceptParts *parts);

G_END_DECLS
