/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How like the people that were learned those in new pictures are.
 */
#pragma once

#include "cli/generate-input.h"
#include "cli/generate-output.h"

/* Of each concept that has a face, what each picture's most similar face says, or that none was found: on standard error and among what
 * --json tells. What keeps it from looking is said too, and is no error: the pictures are there. */
void pz_generate_people_compare (PzGenerateOutput *output, const PzGenerateInput *input);
