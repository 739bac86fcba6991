/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command-line options of `personalize generate`, and their meaning.
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
  /* parsed: pz_generate_options_understand () sets these */
  PzGenerateParams params; /* its strings are the ones above */
  GArray *word_files; /* PzWordFile that own their strings */
  GArray *lora_files; /* PzLoraFile that own their strings */
  PzConceptBy by; /* the encoder for pictures of concepts */
  gboolean packs_weights;
  gboolean seed_is_random;
  PzRecipeReader *wanted; /* the recipe of --recipe; NULL = no recipe */
} PzGenerateOptions;

/* The initial value: the values of options that were not given. */
#define PZ_GENERATE_OPTIONS_INIT \
  { \
    .variants = 1, \
    .steps = PZ_NOT_GIVEN_INT, \
    .guidance = PZ_NOT_GIVEN, \
    .strength = PZ_NOT_GIVEN, \
    .room = PZ_NOT_GIVEN, \
  }

extern const PzOption pz_generate_options[];

/* USAGE_ERROR names the option, what was expected and what was found. Otherwise fails as reading the given files does. */
gboolean pz_generate_options_understand (PzGenerateOptions *o, GError **error);
void pz_generate_options_clear (PzGenerateOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzGenerateOptions, pz_generate_options_clear)

/* Additional text for --help. (transfer full) */
char *pz_generate_options_describe (void);
