/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the pictures of `personalize generate` go, and what is said about them.
 */
#pragma once

#include "cli/generate-options.h"

typedef struct
{
  const char *folder; /* not owned */
  gboolean quiet; /* no line for each file */
  GPtrArray *files; /* written so far */
} PzGenerateOutput;

/* Finds out before minutes of work whether the place takes new files. */
gboolean
pz_generate_output_init (PzGenerateOutput *output, const PzGenerateOptions *o, GError **error);
/* A PzVariantFunc; data: the PzGenerateOutput. */
gboolean pz_generate_output_save (const PzVariant *variant, gpointer output, GError **error);
/* What --json prints at the end. */
void pz_generate_output_print_json (const PzGenerateOutput *output, PzSession *session);
void pz_generate_output_clear (PzGenerateOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOutput, pz_generate_output_clear)
