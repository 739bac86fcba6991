/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `personalize generate` takes on its command line, and what it means.
 */
#pragma once

#include "cli/commands.h"

typedef struct
{
  /* as on the command line */
  char **concepts, **masks, **embeddings;
  char *prompt, *negative, *model, *out, *seed, *words, *sampler, *size, *device;
  char *elite, *adapter, *negative_encoding;
  gint variants, steps;
  gdouble guidance;
  char **fidelities;
  gboolean f32, json;
  /* as understood: pz_generate_options_understand () fills these */
  PzGenerateParams params; /* its strings are the ones above */
  GArray *word_files; /* PzWordFile that own their strings */
} PzGenerateOptions;

/* The initial value: what an option has that was not given. */
#define PZ_GENERATE_OPTIONS_INIT { .variants = 1, .guidance = -1.0 }

extern const PzOption pz_generate_options[];

/* BAD_INPUT names the option, what was expected and what was found. */
gboolean pz_generate_options_understand (PzGenerateOptions *o, GError **error);
void pz_generate_options_clear (PzGenerateOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOptions, pz_generate_options_clear)

/* More text for --help. (transfer full) */
char *pz_generate_options_describe (void);
