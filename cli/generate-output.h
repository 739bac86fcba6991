/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the pictures of `personalize generate` go, and what is said about them.
 */
#pragma once

#include "cli/generate-options.h"
#include "cli/progress.h"

typedef struct
{
  const PzGenerateOptions *options; /* not owned */
  const char *folder; /* NULL = into the file that options->out names */
  GPtrArray *made; /* what was written so far, for --json */
  GPtrArray *notes; /* char * */
  guint64
    forecast_bytes; /* of the device's memory, said before anything was loaded; 0 = not asked */
  PzProgressLine line;
} PzGenerateOutput;

/* Finds out before minutes of work whether the place takes new files. */
gboolean
pz_generate_output_init (PzGenerateOutput *output, const PzGenerateOptions *o, GError **error);
/* A PzVariantFunc; data: the PzGenerateOutput. */
gboolean pz_generate_output_save (const PzVariant *variant, gpointer output, GError **error);
/* A PzNoteFunc; data: the PzGenerateOutput. */
void pz_generate_output_note (PzNote note, const char *sentence, gpointer output);

/* A person in a picture. */
typedef struct
{
  const char *name;
  guint n_faces; /* found in the picture */
  double similarity; /* of the most similar one */
} PzLikeness;

/* Of a picture that was written. */
const char *pz_generate_output_path (const PzGenerateOutput *output, guint index);
/* For what --json prints. Copies it. */
void pz_generate_output_add_likeness (PzGenerateOutput *output,
                                      guint index,
                                      const PzLikeness *likeness);

/* What the user may not expect, on standard error and among what --json tells. */
void pz_generate_output_say (PzGenerateOutput *output, const char *sentence);
/* What --json prints at the end. session and error may be NULL. */
void pz_generate_output_print_json (const PzGenerateOutput *output,
                                    PzSession *session,
                                    const GError *error);
void pz_generate_output_clear (PzGenerateOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOutput, pz_generate_output_clear)
