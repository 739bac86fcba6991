/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Doubles of concepts, in memory and on disk: a file's lines are title, fingerprint of the model, and values.
 */
#pragma once

#include "models/saved-concepts.h"

G_BEGIN_DECLS

/* mask NULL = everything. (transfer full) */
PzConcept *pz_fake_concept_new (PzImage *image, PzImage *mask);
PzImage *pz_fake_concept_get_image (PzConcept *concept); /* (transfer none) */
/* What recipes say of it. (transfer full) */
char *pz_fake_concept_to_json (const PzConcept *concept);

/* Saves one of that title; its path. (transfer full) */
char *pz_fake_concept_keep (const char *title);
/* The same of a model with that fingerprint, and with values of its own; NULL = any model's, the usual values. */
char *pz_fake_concept_keep_for (const char *title, const char *model, const char *values);

G_END_DECLS
