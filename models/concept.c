/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/concept.h"

#include "models/concept-private.h"

struct _PzConcept
{
  gatomicrefcount refs;
  PzConceptParts parts; /* its pointers are owned */
};

PzConcept *
pz_concept_new (const PzConceptParts *parts)
{
  PzConcept *concept = g_new0 (PzConcept, 1);
  gsize row_bytes = sizeof (float) * parts->width;

  g_atomic_ref_count_init (&concept->refs);
  concept->parts = *parts;
  concept->parts.words = g_memdup2 (parts->words, row_bytes * parts->n_words);
  concept->parts.local = g_memdup2 (parts->local, row_bytes * parts->n_patches);
  concept->parts.model = g_strdup (parts->model);
  concept->parts.crop = pz_image_ref (parts->crop);
  concept->parts.crop_mask = pz_image_ref (parts->crop_mask);
  return concept;
}

PzConcept *
pz_concept_ref (PzConcept *concept)
{
  g_atomic_ref_count_inc (&concept->refs);
  return concept;
}

void
pz_concept_unref (PzConcept *concept)
{
  if (concept == NULL || !g_atomic_ref_count_dec (&concept->refs))
    return;
  g_free ((float *) concept->parts.words);
  g_free ((float *) concept->parts.local);
  g_free ((char *) concept->parts.model);
  pz_image_unref (concept->parts.crop);
  pz_image_unref (concept->parts.crop_mask);
  g_free (concept);
}

guint
pz_concept_get_n_words (const PzConcept *concept)
{
  return concept->parts.n_words;
}

guint
pz_concept_get_width (const PzConcept *concept)
{
  return concept->parts.width;
}

const float *
pz_concept_get_words (const PzConcept *concept)
{
  return concept->parts.words;
}

guint
pz_concept_get_n_patches (const PzConcept *concept)
{
  return concept->parts.n_patches;
}

const float *
pz_concept_get_local (const PzConcept *concept)
{
  return concept->parts.local;
}

const char *
pz_concept_get_model (const PzConcept *concept)
{
  return concept->parts.model;
}

PzImage *
pz_concept_get_crop (const PzConcept *concept)
{
  return concept->parts.crop;
}

PzImage *
pz_concept_get_crop_mask (const PzConcept *concept)
{
  return concept->parts.crop_mask;
}
