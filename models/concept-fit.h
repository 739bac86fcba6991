/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a concept can be used with a model. Pure functions. Thread: any.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

/* The properties of a concept that decide which models it fits. */
typedef struct
{
  const char *model, *elite; /* required fingerprints; NULL = any */
  guint width; /* D of its rows; 0 = it has no rows */
} PzConceptHome;

typedef enum
{
  PZ_CONCEPT_FITS,
  PZ_CONCEPT_OTHER_MODEL, /* made with other weights */
  PZ_CONCEPT_OTHER_WIDTH, /* made for a text encoder of another width */
} PzConceptFit;

/* model: of an open session, see PzModelInfo.fingerprint. */
PzConceptFit pz_concept_fit (const PzConceptHome *home, const PzModelInfo *model);

G_END_DECLS
