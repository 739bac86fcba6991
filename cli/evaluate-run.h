/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The work of an evaluation: each thing learned or encoded by each method, each prompt painted. What is there already is not
 * made again; every file appears whole or not at all.
 *
 * OUT/THING/METHOD/concept.pzconcept     what was learned
 * OUT/THING/METHOD/made.json             how long that took, and its bytes
 * OUT/THING/METHOD/PROMPT-SEED.png       both counted from 1
 */
#pragma once

#include "cli/evaluate-set.h"
#include "models/basis.h"
#include "models/session.h"

#define PZ_EVALUATE_ELITE "elite" /* the method that learns nothing */

typedef struct
{
  const PzSet *set;
  guint n_things, n_prompts, n_seeds; /* of each, those that are taken */
  char *const *methods; /* NULL at the end */
  const char *out, *model, *device;
  gboolean f32;
  guint steps; /* of learning and of painting; 0 = the methods' and the model's */
  guint paint_steps;
  guint64 seed;
  const PzBasis *basis; /* of Celeb Basis; NULL = that is not among the methods */
  const char *features; /* the same: a name of pz_learn_features_name (), or NULL */
  GCancellable *cancellable;
} PzEvaluation;

/* How long one concept took, and what it weighs; of a run that was gone on with, seconds are NaN. */
typedef struct
{
  double seconds;
  guint64 bytes;
} PzMade;

/* Paths. (transfer full) */
char *pz_evaluation_folder (const PzEvaluation *e, guint thing, guint method);
char *pz_evaluation_picture (const PzEvaluation *e,
                             guint thing,
                             guint method,
                             guint prompt,
                             guint seed);

/* FALSE + error of the first thing that failed, its name and the method's before it. */
gboolean pz_evaluation_run (const PzEvaluation *e, GError **error);

/* What made.json says. Fails with BAD_FILE. */
gboolean pz_evaluation_read_made (const PzEvaluation *e,
                                  guint thing,
                                  guint method,
                                  PzMade *made,
                                  GError **error);
