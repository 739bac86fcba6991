/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a concept is for a model. Pure functions. Thread: any.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

/* What of a concept says for which models it is. */
typedef struct
{
  const char *model, *elite; /* fingerprints; NULL = it does not matter */
  guint width; /* D of its rows; 0 = it has none */
} PzConceptHome;

typedef enum
{
  PZ_CONCEPT_FITS,
  PZ_CONCEPT_OTHER_MODEL, /* it was made with other weights */
  PZ_CONCEPT_OTHER_WIDTH, /* its rows are as wide as the text encoder of another family */
} PzConceptFit;

/* model: of an open session, see PzModelInfo.fingerprint. */
PzConceptFit pz_concept_fit (const PzConceptHome *home, const PzModelInfo *model);

G_END_DECLS
