/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Implements pz_concept_load () and pz_concept_save () of models/concept.h, and recognises concept files.
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Whether the file is one of this program's concept files, of any format number. */
gboolean pz_concept_file_is (const PzTensorFile *file);
/* What pz_concept_takes_fidelity () says of the concept in the file, from the names of its tensors. */
gboolean pz_concept_file_takes_fidelity (const PzTensorFile *file);

/* The thumbnail as RGB. (transfer full), or NULL if there is none or it cannot be decoded. */
PzImage *pz_concept_file_read_thumbnail (const PzTensorFile *file);

G_END_DECLS
