/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pz_concept_load () and pz_concept_save () of models/concept.h, and how such a file is told.
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* The file is a concept of ours, of whatever format number. */
gboolean pz_concept_file_is (const PzTensorFile *file);

/* RGB. (transfer full), NULL where it has none that can be shown. */
PzImage *pz_concept_file_read_thumbnail (const PzTensorFile *file);

G_END_DECLS
