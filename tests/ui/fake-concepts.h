/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fake concepts, in memory and on disk. The lines of a file are title, fingerprint of the model, and values.
 */
#pragma once

#include "models/saved-concepts.h"

G_BEGIN_DECLS

/* mask NULL = everything. (transfer full) */
PzConcept *pz_fake_concept_new (PzImage *image, PzImage *mask);
PzImage *pz_fake_concept_get_image (PzConcept *concept); /* (transfer none) */
/* Its entry in recipes. (transfer full) */
char *pz_fake_concept_to_json (const PzConcept *concept);

/* Saves a concept with this title. Returns its path. (transfer full) */
char *pz_fake_concept_keep (const char *title);
/* The same for the model with this fingerprint (NULL = any model) and with these values (NULL = the usual ones). */
char *pz_fake_concept_keep_for (const char *title, const char *model, const char *values);

G_END_DECLS
