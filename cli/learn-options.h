/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command-line options of `personalize learn`, and their meaning.
 */
#pragma once

#include "cli/commands.h"
#include "models/learn.h"

typedef struct
{
  /* as on the command line */
  char **images; /* from --image and --person; TOKEN=FILE until parsed */
  char **masks, **shown, **samples, **thing_names, **class_words;
  char *title, *init, *names, *templates, *steps, *seed, *size, *prior;
  char *basis, *features, *recognizer, *layer;
  char *model, *device, *out, *weights;
  gdouble rate, prior_weight, alpha;
  gint batch, vectors, sample_every, rank;
  gboolean f32, masked, unmasked, resume, force, json, text_encoder, no_zoom;
  /* parsed: pz_learn_options_understand () sets these */
  PzLearnParams params; /* its strings are the ones above and below */
  char *method;
  char *checkpoint, *loss_table, *loss_picture; /* OUT.resume, OUT.loss.csv, OUT.loss.png */
  gboolean packs_weights;
  gboolean replaces; /* existing files with the names of the output files */
  GStrv name_lines, caption_lines, people;
  PzBasis *loaded_basis;
  PzPeopleLayer *loaded_layer;
  GPtrArray *pictures, *mask_pictures; /* of PzImage */
  GArray *more, *things; /* PzLearnThing; for each picture the guint index of its thing */
  gboolean
    masks_given; /* there are masks, and all are the user's (files or transparency), none found */
} PzLearnOptions;

/* The initial value: the values of options that were not given. */
#define PZ_LEARN_OPTIONS_INIT \
  { \
    .rate = PZ_NOT_GIVEN, \
    .prior_weight = PZ_NOT_GIVEN, \
    .alpha = PZ_NOT_GIVEN, \
    .batch = PZ_NOT_GIVEN_INT, \
    .vectors = PZ_NOT_GIVEN_INT, \
    .sample_every = PZ_NOT_GIVEN_INT, \
    .rank = PZ_NOT_GIVEN_INT, \
  }

extern const PzOption pz_learn_options[];

/* Fails with USAGE_ERROR naming the option; BAD_INPUT (a name that is not valid, a checkpoint of an earlier run);
 * BAD_FILE (a picture or a list that cannot be read); or as pz_output_check_file () does. Finds everything that can be
 * wrong without a model. */
gboolean pz_learn_options_understand (PzLearnOptions *o, const char *method, GError **error);
void pz_learn_options_clear (PzLearnOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzLearnOptions, pz_learn_options_clear)

/* Describes the methods, for --help. (transfer full) */
char *pz_learn_options_describe (void);
