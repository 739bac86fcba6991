/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `personalize generate` takes on its command line, and what it means.
 */
#pragma once

#include "cli/commands.h"
#include "models/recipe-reader.h"

typedef struct
{
  /* as on the command line; a recipe fills what was not given */
  char **concepts, **masks, **embeddings, **loras;
  char *prompt, *prompt_file, *negative, *model, *out, *seed, *words, *sampler, *size, *device;
  char *elite, *ip_adapter, *concept_by, *vae, *adapter, *negative_encoding, *recipe,
    *init_image, *paint_mask, *recognizer, *weights;
  gint variants, steps;
  gdouble guidance, strength, room;
  char **fidelities;
  gboolean f32, json, force, quiet, low_memory;
  /* as understood: pz_generate_options_understand () fills these */
  PzGenerateParams params; /* its strings are the ones above */
  GArray *word_files; /* PzWordFile that own their strings */
  GArray *lora_files; /* PzLoraFile that own theirs */
  PzConceptBy by; /* what looks at pictures of concepts */
  gboolean packs_weights;
  gboolean seed_is_random;
  PzRecipeReader *wanted; /* what --recipe asks for; NULL = no recipe */
} PzGenerateOptions;

/* The initial value: what an option has that was not given. */
#define PZ_GENERATE_OPTIONS_INIT \
  { \
    .variants = 1, \
    .guidance = PZ_NOT_GIVEN, \
    .strength = PZ_NOT_GIVEN, \
    .room = PZ_NOT_GIVEN, \
  }

extern const PzOption pz_generate_options[];

/* USAGE_ERROR names the option, what was expected and what was found; or as a file that is read fails. */
gboolean pz_generate_options_understand (PzGenerateOptions *o, GError **error);
void pz_generate_options_clear (PzGenerateOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOptions, pz_generate_options_clear)

/* More text for --help. (transfer full) */
char *pz_generate_options_describe (void);
