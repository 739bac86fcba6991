/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Doubles of concepts, in memory and on disk: any file in the folder for saved ones is one, whatever is in it.
 */
#pragma once

#include "models/saved-concepts.h"

G_BEGIN_DECLS

/* mask NULL = everything. (transfer full) */
PzConcept *pz_fake_concept_new (PzImage *image, PzImage *mask);
PzImage *pz_fake_concept_get_image (PzConcept *concept); /* (transfer none) */
/* Hashes of picture and mask. (transfer none) */
const char *pz_fake_concept_get_crop (const PzConcept *concept);
const char *pz_fake_concept_get_mask (const PzConcept *concept);

/* Saves one of that title; its path. (transfer full) */
char *pz_fake_concept_keep (const char *title);

G_END_DECLS
