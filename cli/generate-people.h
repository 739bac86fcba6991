/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares the faces in new pictures with the people that were learned.
 */
#pragma once

#include "cli/generate-input.h"
#include "cli/generate-output.h"

/* For each concept that has a face, reports the similarity of the most similar face in each picture, or that none was
 * found: on standard error and in what --json prints. If the faces cannot be compared, that is reported too. It is not
 * an error, because the pictures exist. Fails with CANCELLED only. */
gboolean pz_generate_people_compare (PzGenerateOutput *output,
                                     const PzGenerateInput *input,
                                     GError **error);
