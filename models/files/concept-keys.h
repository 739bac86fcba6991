/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names used in a .pzconcept file, shared by its reader and its writer: see models/concept.h.
 */
#pragma once

#include "models/concept-private.h"

G_BEGIN_DECLS

#define PZ_CONCEPT_FORMAT "1"
#define PZ_CONCEPT_OVERRIDE "override/"
#define PZ_CONCEPT_PRODUCT "product/"
#define PZ_CONCEPT_UP ".up"
#define PZ_CONCEPT_DOWN ".down"
#define PZ_CONCEPT_FIRST_LAYER "prefix_first_layer"
#define PZ_CONCEPT_THUMBNAIL "thumbnail"

/* Metadata stored without conversion. */
typedef struct
{
  const char *key;
  gsize offset; /* of the const char * in PzConceptParts */
} PzConceptText;

#define PZ_CONCEPT_N_TEXTS 9
extern const PzConceptText pz_concept_texts[PZ_CONCEPT_N_TEXTS];

G_END_DECLS
