/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `personalize learn` takes on its command line, and what it means.
 */
#pragma once

#include "cli/commands.h"
#include "models/learn.h"

typedef struct
{
  /* as on the command line */
  char **images; /* of --image and --person, TOKEN=FILE until understood */
  char **masks, **shown, **samples, **thing_names, **class_words;
  char *title, *init, *names, *templates, *steps, *seed, *size, *prior;
  char *basis, *features, *recognizer, *layer;
  char *model, *device, *out, *weights;
  gdouble rate, prior_weight, alpha;
  gint batch, vectors, sample_every, rank;
  gboolean f32, masked, unmasked, resume, force, json, text_encoder, no_zoom;
  /* as understood: pz_learn_options_understand () fills these */
  PzLearnParams params; /* its strings are the ones above and below */
  char *method;
  char *checkpoint, *loss_table, *loss_picture; /* OUT.resume, OUT.loss.csv, OUT.loss.png */
  gboolean packs_weights;
  gboolean replaces; /* what is there under the names of what is written */
  GStrv name_lines, caption_lines, people;
  PzBasis *loaded_basis;
  PzPeopleLayer *loaded_layer;
  GPtrArray *pictures, *mask_pictures; /* of PzImage */
  GArray *more, *things; /* PzLearnThing; guint of each picture */
  gboolean masks_given; /* some mask is the user's, not found */
} PzLearnOptions;

extern const PzOption pz_learn_options[];

/* BAD_INPUT names the option; BAD_FILE a picture or a list that cannot be read. Everything that can be wrong without a
 * model is found here. */
gboolean pz_learn_options_understand (PzLearnOptions *o, const char *method, GError **error);
void pz_learn_options_clear (PzLearnOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzLearnOptions, pz_learn_options_clear)

/* The methods, for --help. (transfer full) */
char *pz_learn_options_describe (void);
