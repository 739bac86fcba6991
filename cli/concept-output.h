/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes concepts in the format of the path's extension: .pzconcept, a published file format, or otherwise a published
 * folder format.
 */
#pragma once

#include "models/concept.h"

/* Checks the path before the work, by the rules of pz_output_check_file (). With `force` it may be an existing folder;
 * its files are replaced. */
gboolean pz_concept_output_check (const char *path, gboolean force, GError **error);

/* Always writes a .pzconcept, whatever the extension of the path is. */
gboolean
pz_concept_output_save (PzConcept *concept, const char *path, gboolean force, GError **error);

gboolean
pz_concept_output_write (PzConcept *concept, const char *path, gboolean force, GError **error);
