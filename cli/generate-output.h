/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the pictures of `personalize generate`, and reports about them.
 */
#pragma once

#include "cli/generate-options.h"
#include "cli/progress.h"

typedef struct
{
  const PzGenerateOptions *options; /* not owned */
  const char *folder; /* NULL = write to the file that options->out names */
  GPtrArray *made; /* pictures written so far, for --json */
  GPtrArray *notes; /* char * */
  guint64
    forecast_bytes; /* device memory in bytes, estimated before anything is loaded; 0 = not requested */
  PzProgressLine line;
} PzGenerateOutput;

/* Checks before minutes of work whether new files can be written there. */
gboolean
pz_generate_output_init (PzGenerateOutput *output, const PzGenerateOptions *o, GError **error);
/* A PzVariantFunc; data: the PzGenerateOutput. */
gboolean pz_generate_output_save (const PzVariant *variant, gpointer output, GError **error);
/* A PzNoteFunc; data: the PzGenerateOutput. */
void pz_generate_output_note (PzNote note, const char *sentence, gpointer output);

/* A learned person, compared with one picture. */
typedef struct
{
  const char *name;
  guint n_faces; /* found in the picture */
  double similarity; /* of the most similar face */
} PzLikeness;

/* The path of a picture that was written. */
const char *pz_generate_output_path (const PzGenerateOutput *output, guint index);
/* Adds a comparison to what --json prints. Copies it. */
void pz_generate_output_add_likeness (PzGenerateOutput *output,
                                      guint index,
                                      const PzLikeness *likeness);

/* Reports what the user may not expect, on standard error (unless --quiet) and in what --json prints. */
void pz_generate_output_say (PzGenerateOutput *output, const char *sentence);
/* Prints the object of --json at the end. session and error may be NULL. */
void pz_generate_output_print_json (const PzGenerateOutput *output,
                                    PzSession *session,
                                    const GError *error);
void pz_generate_output_clear (PzGenerateOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOutput, pz_generate_output_clear)
