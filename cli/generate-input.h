/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pictures that `personalize generate` starts from, read before anything slow begins.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "cli/generate-options.h"

typedef struct
{
  PzImage *image[PZ_MAX_CONCEPTS]; /* NULL where a saved concept was given */
  PzImage *mask[PZ_MAX_CONCEPTS]; /* NULL = all that is not transparent */
  PzConcept *concept[PZ_MAX_CONCEPTS]; /* loaded, or as encoded; NULL before */
  guint n;
  GdkPixbuf *init, *paint; /* as in their files; NULL = not given */
  PzImage *start, *start_mask; /* of the size that is painted */
} PzGenerateInput;

/* A picture without a mask of its own gets the one that is found (mask-choice.h), the task's notes say where nothing is. Fails with
 * BAD_FILE naming the file, or USAGE_ERROR where two do not fit together. */
gboolean pz_generate_input_load (PzGenerateInput *input,
                                 const PzGenerateOptions *o,
                                 const PzTaskParams *task,
                                 GError **error);
/* Brings what is painted over to the size of o's params, or the model's, and puts it there. */
void
pz_generate_input_fit (PzGenerateInput *input, PzGenerateOptions *o, const PzModelInfo *model);
/* Pictures to concepts. The pictures are forgotten. */
gboolean pz_generate_input_encode (PzGenerateInput *input,
                                   PzSession *session,
                                   const PzTaskParams *task,
                                   GError **error);
void pz_generate_input_clear (PzGenerateInput *input);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateInput, pz_generate_input_clear)
