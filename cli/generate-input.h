/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The input pictures of `personalize generate`, read before any slow work starts.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "cli/generate-options.h"

typedef struct
{
  PzImage *image[PZ_MAX_CONCEPTS]; /* NULL for a saved concept */
  PzImage *mask[PZ_MAX_CONCEPTS]; /* NULL = everything that is not transparent */
  PzConcept *concept[PZ_MAX_CONCEPTS]; /* loaded, or encoded later; NULL until then */
  guint n;
  GdkPixbuf *init, *paint; /* as in their files; NULL = not given */
  PzImage *start, *start_mask; /* at the size that is painted */
} PzGenerateInput;

/* A picture without a given mask gets the mask that is found (mask-choice.h); a note of the task says if nothing is
 * found. Fails with BAD_FILE naming the file, or USAGE_ERROR if two inputs do not match. */
gboolean pz_generate_input_load (PzGenerateInput *input,
                                 const PzGenerateOptions *o,
                                 const PzTaskParams *task,
                                 GError **error);
/* Scales the picture to paint over, and its mask, to the size in o->params, or else to the model's default size, and
 * sets both in o->params. */
void
pz_generate_input_fit (PzGenerateInput *input, PzGenerateOptions *o, const PzModelInfo *model);
/* Encodes the pictures as concepts, and frees the pictures. */
gboolean pz_generate_input_encode (PzGenerateInput *input,
                                   PzSession *session,
                                   const PzTaskParams *task,
                                   GError **error);
void pz_generate_input_clear (PzGenerateInput *input);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateInput, pz_generate_input_clear)
