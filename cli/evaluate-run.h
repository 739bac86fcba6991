/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs an evaluation: each method learns or encodes each thing, and then paints each prompt. Existing files are not
 * made again; every file is written completely or not at all.
 *
 * OUT/THING/METHOD/concept.pzconcept     what was learned
 * OUT/THING/METHOD/made.json             how long that took, and its size in bytes
 * OUT/THING/METHOD/PROMPT-SEED.png       both numbered from 1
 */
#pragma once

#include "cli/evaluate-set.h"
#include "models/basis.h"
#include "models/session.h"

#define PZ_EVALUATE_ELITE "elite" /* the method that only encodes and learns nothing */

typedef struct
{
  const PzSet *set;
  guint n_things, n_prompts, n_seeds; /* how many of each are used */
  char *const *methods; /* NULL-terminated */
  const char *out, *model, *device;
  gboolean f32;
  guint steps; /* for learning, below for painting; 0 = the methods' and the model's default */
  guint paint_steps;
  guint64 seed;
  const PzBasis *basis; /* for Celeb Basis; NULL = that is not among the methods */
  const char *features; /* for Celeb Basis: a name of pz_learn_features_name (), or NULL */
  GCancellable *cancellable;
} PzEvaluation;

/* The time and the file size of one concept. If the run was resumed, seconds is NaN. */
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

/* Opens the model, and checks that each method can learn each thing and that each prompt can be painted: a class word that
 * is several tokens, for example. What is already made is not checked. (transfer full), or NULL + the first error; the error of
 * a thing starts with the names of the thing and, if it is about learning, the method. */
PzSession *pz_evaluation_open (const PzEvaluation *e, GError **error);
/* session: from pz_evaluation_open (). FALSE + the first error, as there. */
gboolean pz_evaluation_run (const PzEvaluation *e, PzSession *session, GError **error);

/* Reads made.json. Fails with BAD_FILE. */
gboolean pz_evaluation_read_made (const PzEvaluation *e,
                                  guint thing,
                                  guint method,
                                  PzMade *made,
                                  GError **error);
