/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A method of learning: what is trained, how it starts, what holds it back. One file each; the loop
 * (tasks/learn.c) knows none of them.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/learn.h"
#include "models/learners/people.h"
#include "models/tasks/encode.h"
#include "models/tasks/noise.h"

G_BEGIN_DECLS

/* A weight that is trained, or a product that is added to one: a part of what is trained. */
typedef struct
{
  char *name; /* as concepts name weights, see PzConceptOverride */
  gboolean is_text; /* of the text encoder */
  guint out, in;
  guint
    rank; /* 0 = the weight itself, [out, in]; else up [out, rank] and behind it down [rank, in] */
  gsize offset; /* of its first element */
} PzTrainedPart;

typedef struct
{
  PzTrains what;
  guint n_dims;
  guint dims[3];
  guint n_words; /* of its first rows: they stand in captions; 0 = the class word does */
  gsize n; /* elements */
  float *start; /* [n], filled once it is known */
  const PzPeople
    *people; /* how words come of it, where it is not the words themselves; else NULL */
  /* Where weights are trained, dims are [n]: the words' rows, then these; else NULL. */
  GArray *parts; /* PzTrainedPart */
  double scale; /* of products */
} PzTrained;

/* What a learner has to start from. */
typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
  PzEncoder *encoder; /* ELITE's */
  const char *beside; /* see pz_model_search_path () */
  const PzLearnParams *params; /* defaults filled in */
  GCancellable *cancellable;
} PzLearnContext;

typedef struct
{
  PzLearnMethod method; /* first */
  /* Whether what was asked for can be, before anything runs. */
  gboolean (*check) (const PzLearnContext *context, GError **error);
  /* Fills all of `trained` but `what`, `people` and `start`. */
  void (*shape) (const PzLearnContext *context, PzTrained *trained);
  /* Fills start [n]; may run something. */
  gboolean (*start) (const PzLearnContext *context, PzTrained *trained, GError **error);
  /* The rate where none was asked for; NULL = the method's. */
  gboolean (*default_rate) (const PzLearnContext *context, double *rate, GError **error);
  /* Times the mean over the first dimension (rows that move) of the distance to the start, added to the loss; 0 = none. */
  double regularizer;
  double max_norm; /* gradients that are longer together are shortened to it; 0 = as they are */
  const char *caption; /* in the place of templates; NULL = those of objects */
  const char *prior_caption; /* of pictures of the class, "{}" in its word's place */
  gboolean names_class; /* the class word stands behind the thing's in captions */
  gboolean keeps_sides; /* pictures are never flipped */
  gboolean
    zooms; /* pictures are shown smaller and larger, with words for that (methods: Custom Diffusion) */
  gboolean sums_channels; /* the loss counts each channel of a latent in full */
} PzLearner;

/* In the order of a menu. */
extern const PzLearner *const pz_learners[];
extern const guint pz_n_learners;
const PzLearner *pz_learner_find (const char *name);

/* ---- what several need ---- */

/* Token ids of a text that must be one token for each of n vectors; option names it. Fails with BAD_INPUT, the tokens said.
 * (transfer full) of guint */
GArray *pz_learner_words (const PzLearnContext *context,
                          const char *option,
                          const char *text,
                          guint n,
                          GError **error);
/* The same for --init, or else the class word again and again. */
GArray *pz_learner_start_words (const PzLearnContext *context, GError **error);

/* Rows of the token table: ids (guint) -> rows [ids, D]. */
gboolean pz_learner_read_tokens (const PzLearnContext *context,
                                 const GArray *ids,
                                 float *rows,
                                 GError **error);
/* What a learner draws its start from; no step of learning draws these numbers. */
PzNoise pz_learner_start_noise (const PzLearnContext *context);

/* What the text encoder makes of rows given as tokens between begin and end: the rows [n, D] of its answer at their places.
 * (methods: Cross Initialization) */
gboolean pz_learner_encode_rows (const PzLearnContext *context,
                                 guint n,
                                 const float *rows,
                                 float *encoded,
                                 GError **error);

/* Whether a row of what is trained moves: what starts as zeros, ELITE's features outside the mask, stays zeros. */
gboolean pz_trained_row_moves (const PzTrained *trained, guint row);

/* Appends a part; n grows by it. name (transfer full). */
void pz_trained_add_part (PzTrained *trained, PzTrainedPart part);
void pz_trained_clear (PzTrained *trained);

/* How many things are learned at once. */
guint pz_learner_n_things (const PzLearnParams *params);
/* index: from 0. */
PzLearnThing pz_learner_thing (const PzLearnParams *params, guint index);

/* Words: [vectors, D]. */
void pz_learner_shape_words (const PzLearnContext *context, PzTrained *trained);

G_END_DECLS
