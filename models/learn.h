/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learn a thing from pictures of it: a concept that pz_session_generate () takes.
 *
 * Everything drawn is a function of (seed, step, sample): the same device, driver, model, pictures and parameters give the
 * same bits, also when a run was stopped and goes on.
 *
 * Thread: the session's; pz_learn_method () and friends: any.
 */
#pragma once

#include "models/basis.h"
#include "models/session.h"

G_BEGIN_DECLS

#define PZ_LEARN_MAX_PICTURES 64
#define PZ_LEARN_MAX_PEOPLE 10 /* together */
#define PZ_LEARN_MAX_BATCH 64
#define PZ_LEARN_MAX_STEPS 100000
#define PZ_LEARN_MIN_RATE 1e-7
#define PZ_LEARN_MAX_RATE 10.0
/* Below this many pixels a side a picture shows nothing. */
#define PZ_LEARN_MIN_SIDE 8
#define PZ_LEARN_MAX_THINGS 3
#define PZ_LEARN_MAX_PRIOR 1000
#define PZ_LEARN_MAX_RANK 128

/* What a method trains, by the parts of a concept. */
typedef enum
{
  PZ_TRAINS_WORDS, /* words [n, D] */
  PZ_TRAINS_PREFIX, /* an adapter of the text encoder [P, 2 L, D] */
  PZ_TRAINS_ELITE, /* ELITE's first word and its local features [1 + P, D] */
  PZ_TRAINS_PEOPLE, /* a layer that gives each of several people two words: see people.h */
  PZ_TRAINS_WEIGHTS, /* a word of each thing, and weights in the place of the model's own */
  PZ_TRAINS_LORA, /* products that are added to weights (Hu et al., 2021) */
} PzTrains;

typedef struct
{
  const char *name; /* in options, recipes and files: "textual-inversion" */
  const char *title; /* for people, a proper name */
  const char *about; /* one sentence */
  PzTrains trains;
  guint vectors, max_vectors; /* how many words may be asked for; 0 = that is not asked */
  guint batch, steps; /* steps: for each thing or person */
  double rate;
  const char *templates; /* captions; NULL = the method's own, or "object" */
  guint max_things; /* that are learned at once; 0 = 1 */
  gboolean takes_prior; /* pictures of the class keep what the model knows of it */
  guint prior; /* how many it takes of each class by itself */
  guint rank; /* of products; 0 = there are none */
} PzLearnMethod;

/* A thing that is learned beside the first. */
typedef struct
{
  const char *name, *class_word;
} PzLearnThing;

/* In the order of a menu; NULL from the last one on. */
const PzLearnMethod *pz_learn_method (guint index);
/* NULL = there is none of that name. */
const PzLearnMethod *pz_learn_method_find (const char *name);

/* "object", "style", "face": captions built in; NULL from the last one on. */
const char *pz_learn_templates_name (guint index);

/* How Celeb Basis tells people apart: "face" by what the face networks say (models/faces.h), "image" by the image encoder's
 * features, "free" by coefficients of their own; NULL from the last one on. */
const char *pz_learn_features_name (guint index);

/* What people who are learned together share: see models/learners/people.h. */
typedef struct
{
  guint n_rows, n_columns; /* the last column is the bias */
  float *values; /* [n_rows, n_columns] */
} PzPeopleLayer;

/* Zero or NULL = the method's or the model's own, unless said. */
typedef struct
{
  const char *method; /* required */
  PzImage *const *images; /* n_images: RGB or RGBA (alpha ignored) */
  PzImage *const
    *masks; /* n_images, 1 channel of its picture's size; NULL or NULL entries = everything */
  guint n_images;
  const char *name; /* as published files name it; required, see pz_concept_check_name () */
  const char *const *people; /* instead, where the method learns people: n_images names */
  const PzBasis *basis; /* the space they are looked for in; required there */
  const char *features; /* a name of pz_learn_features_name () */
  const char *recognizer; /* of "face": see PzFacesParams */
  const PzPeopleLayer *layer; /* learned before: to start from; NULL = a drawn one */
  const char *title;
  const char *class_word; /* what it is one of */
  const PzLearnThing
    *more; /* n_more: things beside it, with names and class words of their own */
  guint n_more;
  const guint *things; /* n_images: which each picture shows, from 0; NULL = all the first */
  const char *init; /* one word of the vocabulary for each vector */
  const char *const *names; /* names to start from (Cross Initialization), NULL at the end */
  const char *templates; /* a name of pz_learn_templates_name () */
  const char *const
    *captions; /* instead: lines with "{}" in the thing's place, NULL at the end */
  guint steps;
  gboolean
    until_still; /* steps is the most: ends when the loss on a fixed batch no longer falls */
  double
    rate; /* 0 = the method's; Textual Inversion's goes with the size of the words it starts from */
  guint batch;
  guint vectors;
  guint64 seed;
  guint width, height; /* of the pictures as learned from */
  gboolean masked; /* the loss counts inside the masks only */
  guint prior; /* pictures of each class that the model paints to keep what it knows */
  gboolean no_prior; /* none of them */
  double prior_weight; /* of their loss; 0 = 1 */
  guint rank; /* of products */
  double alpha; /* a product counts alpha / rank times; 0 = rank */
  gboolean text_encoder; /* products are added to its weights too */
  gboolean no_zoom; /* pictures keep their size where the method would change it */
  const char
    *checkpoint; /* file that is written every half minute, when stopped and at the end */
  gboolean resume; /* go on from it */
} PzLearnParams;

/* After each step. */
typedef struct
{
  gboolean is_past; /* of the run that is gone on from: told again, all at once */
  guint step, n_steps; /* from 1; n_steps may be more than there will be (until_still) */
  double loss; /* of the step's batch */
  double
    level; /* each sample's loss in units of the mean at its noise level, smoothed: falls visibly */
  double still_loss; /* on the fixed batch, of the last time it was looked at; < 0 = not yet */
  double seconds_left; /* of steps; the most there may be where it ends by itself */
  gboolean skipped; /* gradients were not finite in half precision: the loss scale was halved */
} PzLearnStep;

/* All called on the worker; must not block. The concepts are what was learned so far, (transfer none): one of each person,
 * else one. FALSE + error stops. */
typedef void (*PzLearnStepFunc) (const PzLearnStep *step, gpointer data);
/* Once, before the first step: how long all steps will take, measured on one batch; sample pictures not counted. */
typedef void (*PzLearnForecastFunc) (double seconds, gpointer data);
/* Once, after the last step, where people share a layer: what it is now, (transfer none). */
typedef void (*PzLearnLayerFunc) (const PzPeopleLayer *layer, gpointer data);
typedef gboolean (*PzLearnSampleFunc) (guint step,
                                       PzConcept *const concepts[],
                                       guint n_concepts,
                                       gpointer data,
                                       GError **error);

typedef struct
{
  GCancellable *cancellable;
  PzProgressFunc progress; /* while loading and looking at the pictures */
  PzLearnForecastFunc forecast;
  PzLearnStepFunc step;
  PzLearnSampleFunc sample; /* at step 0 and every sample_every steps; NULL = nobody looks */
  guint sample_every; /* 0 = never */
  PzLearnLayerFunc layer; /* NULL = nobody keeps it */
  gpointer data;
} PzLearnTask;

/* What it would hold of the device's memory at most; larger batches are taken in parts that fit in `room` bytes (0 = what
 * is free now). micro_batch may be NULL. Fails as a network's graph refuses. */
gboolean pz_session_measure_learning (PzSession *session,
                                      const PzLearnParams *params,
                                      guint64 room,
                                      guint64 *bytes,
                                      guint *micro_batch,
                                      GError **error);

/* Fails before anything is loaded: BAD_INPUT (a parameter, by name), BAD_FILE (a checkpoint of another run, by what differs),
 * UNSUPPORTED_MODEL, GPU_MEMORY, G_IO_ERROR_NO_SPACE. Later: BAD_OUTPUT (a loss that is not finite or grew tenfold; the checkpoint keeps the last
 * good state), CANCELLED (the checkpoint is written). (transfer full) of PzConcept: one of each person,
 * else one. */
GPtrArray *pz_session_learn (PzSession *session,
                             const PzLearnParams *params,
                             const PzLearnTask *task,
                             GError **error);

G_END_DECLS
