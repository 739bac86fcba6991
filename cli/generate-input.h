/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pictures that `personalize generate` starts from, read before anything slow begins.
 */
#pragma once

#include "cli/generate-options.h"

typedef struct
{
  PzImage *image[PZ_MAX_CONCEPTS]; /* NULL where a saved concept was given */
  PzImage *mask[PZ_MAX_CONCEPTS]; /* NULL = everything */
  PzConcept *concept[PZ_MAX_CONCEPTS]; /* loaded, or as encoded; NULL before */
  guint n;
} PzGenerateInput;

/* Fails with BAD_FILE naming the file, or BAD_INPUT where there are more masks than pictures. */
gboolean
pz_generate_input_load (PzGenerateInput *input, const PzGenerateOptions *o, GError **error);
/* Pictures to concepts. */
gboolean pz_generate_input_encode (PzGenerateInput *input,
                                   PzSession *session,
                                   const PzTaskParams *task,
                                   GError **error);
void pz_generate_input_clear (PzGenerateInput *input);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateInput, pz_generate_input_clear)
