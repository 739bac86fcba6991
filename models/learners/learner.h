/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A learning method: what is trained, how it is initialised, and how it is regularised. Each method has its own file; the
 * training loop (tasks/learn.c) does not depend on any of them.
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

/* One part of the trained values: a weight, or a product that is added to one. */
typedef struct
{
  char *name; /* as concepts name weights, see PzConceptOverride */
  gboolean is_text; /* belongs to the text encoder */
  guint out, in;
  guint
    rank; /* 0 = the weight itself, [out, in]; else up [out, rank], followed by down [rank, in] */
  gsize offset; /* of the first element */
} PzTrainedPart;

typedef struct
{
  PzTrains what;
  guint n_dims;
  guint dims[3];
  guint n_words; /* leading rows that are words in captions; 0 = captions use the class word */
  gsize n; /* total number of elements */
  float *start; /* [n], filled once the values are known */
  const PzPeople
    *people; /* how to compute the words, if the trained values are not the words; else NULL */
  /* If weights are trained, dims are [n]: the words' rows, then these parts; else NULL. */
  GArray *parts; /* PzTrainedPart */
  double scale; /* of products */
} PzTrained;

/* The input of a learner's functions. */
typedef struct
{
  PzGpu *gpu;
  const PzModelFolder *model;
  PzDtype activation;
  PzEncoder *encoder; /* ELITE's encoder */
  const char *beside; /* see pz_model_search_path () */
  const PzLearnParams *params; /* defaults filled in */
  GCancellable *cancellable;
} PzLearnContext;

typedef struct
{
  PzLearnMethod method; /* must be the first member */
  /* Checks, before anything runs, that the request can be fulfilled. */
  gboolean (*check) (const PzLearnContext *context, GError **error);
  /* Fills all members of `trained` except `what`, `people` and `start`. */
  void (*shape) (const PzLearnContext *context, PzTrained *trained);
  /* Fills start [n]. May run something on the device. */
  gboolean (*start) (const PzLearnContext *context, PzTrained *trained, GError **error);
  /* The learning rate if none was requested; NULL = the method's. */
  gboolean (*default_rate) (const PzLearnContext *context, double *rate, GError **error);
  /* Factor of the term added to the loss: the mean, over the rows of the first dimension that move, of the distance to the
   * start; 0 = no such term. */
  double regularizer;
  double max_norm; /* gradients are clipped to this total norm; 0 = no clipping */
  const char *caption; /* used instead of templates; NULL = the templates for objects */
  const char *prior_caption; /* for pictures of the class, with "{}" for its word */
  gboolean names_class; /* captions have the class word after the thing's word */
  gboolean keeps_sides; /* pictures are never flipped */
  gboolean sums_channels; /* the loss is summed, not averaged, over the latent's channels */
} PzLearner;

/* In menu order. */
extern const PzLearner *const pz_learners[];
extern const guint pz_n_learners;
const PzLearner *pz_learner_find (const char *name);

/* ---- shared by several methods ---- */

/* Encodes a text that must have exactly n tokens, one for each vector. `option` is its name in messages. Fails with BAD_INPUT;
 * the message lists the tokens. (transfer full) of guint */
GArray *pz_learner_words (const PzLearnContext *context,
                          const char *option,
                          const char *text,
                          guint n,
                          GError **error);
/* The same for --init, or else the class word repeated. */
GArray *pz_learner_start_words (const PzLearnContext *context, GError **error);

/* Reads rows of the embedding table: ids (guint) -> rows [ids, D]. */
gboolean pz_learner_read_tokens (const PzLearnContext *context,
                                 const GArray *ids,
                                 float *rows,
                                 GError **error);
/* The random numbers for a learner's initialisation. No training step uses the same ones. */
PzNoise pz_learner_start_noise (const PzLearnContext *context);

/* Encodes rows [n, D], placed as tokens between begin and end, with the text encoder. encoded [n, D]: the rows of its output at
 * their positions (methods: Cross Initialization). */
gboolean pz_learner_encode_rows (const PzLearnContext *context,
                                 guint n,
                                 const float *rows,
                                 float *encoded,
                                 GError **error);

/* Whether a row of the trained values changes. Rows that start as zeros, ELITE's features outside the mask, stay zero. */
gboolean pz_trained_row_moves (const PzTrained *trained, guint row);

/* Appends a part and adds its size to n. name: (transfer full). */
void pz_trained_add_part (PzTrained *trained, PzTrainedPart part);
void pz_trained_clear (PzTrained *trained);

/* The number of things that are learned together. */
guint pz_learner_n_things (const PzLearnParams *params);
/* index: starts at 0. */
PzLearnThing pz_learner_thing (const PzLearnParams *params, guint index);

/* The `shape` of methods that train words: [vectors, D]. */
void pz_learner_shape_words (const PzLearnContext *context, PzTrained *trained);

G_END_DECLS
