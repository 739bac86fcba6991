/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Concepts that a command writes, in the format that the path's ending says: .pzconcept, a file as others publish it, else a
 * folder as others publish it.
 */
#pragma once

#include "models/concept.h"

/* Before the work, by the rules of pz_output_check_file (). A folder may be there with `force`: its files are replaced. */
gboolean pz_concept_output_check (const char *path, gboolean force, GError **error);

/* Always as a .pzconcept, whatever the path ends in. */
gboolean
pz_concept_output_save (PzConcept *concept, const char *path, gboolean force, GError **error);

gboolean
pz_concept_output_write (PzConcept *concept, const char *path, gboolean force, GError **error);
