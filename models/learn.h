/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learns a thing from pictures of it. The result is a concept for pz_session_generate ().
 *
 * All random numbers are functions of (seed, step, sample): the same device, driver, model, pictures and parameters give the
 * same bits, also if a run is stopped and resumed.
 *
 * Thread: the session's; pz_learn_method () and the other functions without a session: any.
 */
#pragma once

#include "models/basis.h"
#include "models/session.h"

G_BEGIN_DECLS

#define PZ_LEARN_MAX_PICTURES 64
#define PZ_LEARN_MAX_PEOPLE 10 /* in one run */
#define PZ_LEARN_MAX_BATCH 64
#define PZ_LEARN_MAX_STEPS 100000
#define PZ_LEARN_MIN_RATE 1e-7
#define PZ_LEARN_MAX_RATE 10.0
/* Pixels. A picture with a shorter side is too small to learn from. */
#define PZ_LEARN_MIN_SIDE 8
#define PZ_LEARN_MAX_THINGS 3
#define PZ_LEARN_MAX_PRIOR 1000
#define PZ_LEARN_MAX_RANK 128

/* What a method trains, as parts of a concept. */
typedef enum
{
  PZ_TRAINS_WORDS, /* words [n, D] */
  PZ_TRAINS_PREFIX, /* a text encoder adapter [P, 2 L, D] */
  PZ_TRAINS_ELITE, /* ELITE's first word and local features [1 + P, D] */
  PZ_TRAINS_PEOPLE, /* a layer that maps people to two words each: see people.h */
  PZ_TRAINS_WEIGHTS, /* one word per thing, and weights that replace the model's own */
  PZ_TRAINS_LORA, /* low-rank products added to weights (Hu et al., 2021) */
} PzTrains;

typedef struct
{
  const char *name; /* in options, recipes and files: "textual-inversion" */
  const char *title; /* for users, a proper name */
  const char *about; /* one sentence */
  PzTrains trains;
  guint vectors, max_vectors; /* number of words; max_vectors 0 = fixed by the method */
  guint batch, steps; /* steps: per thing or person */
  double rate;
  const char *templates; /* caption set; NULL = the method's own, or "object" */
  guint max_things; /* maximum per run; 0 = 1 */
  gboolean takes_init; /* starts from words: PzLearnParams.init */
  gboolean takes_names; /* or from names: PzLearnParams.names */
  gboolean
    zooms; /* pictures are also shown smaller and larger, and captions say so (methods: Custom Diffusion) */
  gboolean takes_prior; /* supports prior preservation with pictures of the class */
  guint prior; /* default number of pictures per class */
  guint rank; /* default rank of the products; 0 = none */
} PzLearnMethod;

/* An additional thing that is learned together with the first. */
typedef struct
{
  const char *name, *class_word;
} PzLearnThing;

/* Methods in menu order; NULL from the end on. */
const PzLearnMethod *pz_learn_method (guint index);
/* NULL = no method has this name. */
const PzLearnMethod *pz_learn_method_find (const char *name);

/* Names of the built-in caption sets: "object", "style", "face"; NULL from the end on. */
const char *pz_learn_templates_name (guint index);

/* Names of the features by which Celeb Basis distinguishes people: "face", the output of the face networks (models/faces.h);
 * "image", the features of the image encoder; "free", coefficients that are learned for each person. NULL from the end on. */
const char *pz_learn_features_name (guint index);

/* The layer shared by people who are learned together: see models/learners/people.h. */
typedef struct
{
  guint n_rows, n_columns; /* the last column is the bias */
  float *values; /* [n_rows, n_columns] */
} PzPeopleLayer;

/* Zero or NULL = the default of the method or the model, unless stated otherwise. */
typedef struct
{
  const char *method; /* required */
  PzImage *const *images; /* n_images: RGB or RGBA (alpha ignored) */
  PzImage *const
    *masks; /* n_images, 1 channel, size of the picture; NULL or NULL entries = everything */
  guint n_images;
  const char *name; /* name in published files; required, see pz_concept_check_name () */
  const char *const *people; /* instead, for methods that learn people: n_images names */
  const PzBasis *basis; /* the search space for people; required for them */
  const char *features; /* a name of pz_learn_features_name () */
  const char *recognizer; /* for "face": see PzFacesParams */
  const PzPeopleLayer *layer; /* a learned layer to start from; NULL = random */
  const char *title;
  const char *class_word; /* class of the thing */
  const PzLearnThing *more; /* n_more: additional things with their own names and class words */
  guint n_more;
  const guint *things; /* n_images: the thing in each picture, from 0; NULL = all the first */
  const char *init; /* one word of the vocabulary per vector, for methods that take it */
  const char *const *names; /* names to start from (Cross Initialization), NULL-terminated */
  const char *templates; /* a name of pz_learn_templates_name () */
  const char *const *captions; /* instead: lines with "{}" for the thing, NULL-terminated */
  guint steps;
  gboolean
    until_still; /* stop when the loss on a fixed batch no longer falls; steps is the maximum */
  double rate; /* 0 = default; Textual Inversion scales it with its initial words */
  guint batch;
  guint vectors;
  guint64 seed;
  guint width, height; /* pictures are resized to this for learning */
  gboolean masked; /* count the loss only inside the masks */
  guint prior; /* generated pictures per class, for prior preservation */
  gboolean no_prior; /* no prior preservation; overrides `prior` */
  double prior_weight; /* of their loss; 0 = 1 */
  guint rank; /* of the products */
  double alpha; /* products are scaled by alpha / rank; 0 = rank */
  gboolean text_encoder; /* also add products to the text encoder's weights */
  gboolean no_zoom; /* do not scale pictures even if the method does */
  const char *checkpoint; /* file, written every 30 seconds, when stopped and at the end */
  gboolean resume; /* continue from the checkpoint */
} PzLearnParams;

/* Reported after each step. */
typedef struct
{
  gboolean is_past; /* a step of the resumed run; all of these are reported at once */
  guint step, n_steps; /* from 1; with until_still, n_steps is the maximum */
  double loss; /* of this step's batch */
  double level; /* smoothed sample loss, relative to the mean at its noise level */
  double still_loss; /* last loss on the fixed batch; < 0 = not computed yet */
  double seconds_left; /* of steps only; with until_still, the maximum */
  gboolean skipped; /* gradients not finite in f16: no update, loss scale halved */
} PzLearnStep;

/* All callbacks are called on the worker and must not block. concepts: the result so far, (transfer none); one for each person,
 * or a single one. FALSE + error stops the run. */
typedef void (*PzLearnStepFunc) (const PzLearnStep *step, gpointer data);
/* Called once, before the first step. seconds: estimated time for all steps, measured on one batch, without sample pictures. */
typedef void (*PzLearnForecastFunc) (double seconds, gpointer data);
/* Called once, after the last step, if people share a layer. layer: its final state, (transfer none). */
typedef void (*PzLearnLayerFunc) (const PzPeopleLayer *layer, gpointer data);
typedef gboolean (*PzLearnSampleFunc) (guint step,
                                       PzConcept *const concepts[],
                                       guint n_concepts,
                                       gpointer data,
                                       GError **error);

typedef struct
{
  GCancellable *cancellable;
  PzProgressFunc progress; /* while loading and encoding the pictures */
  PzLearnForecastFunc forecast;
  PzLearnStepFunc step;
  PzLearnSampleFunc sample; /* at step 0 and every sample_every steps; NULL = none */
  guint sample_every; /* 0 = never */
  PzLearnLayerFunc layer; /* NULL = none */
  gpointer data;
} PzLearnTask;

/* The maximum device memory of a run. A batch that does not fit in `room` bytes (0 = what is free now) is split into
 * micro-batches. micro_batch may be NULL. Fails as a network's graph does. */
gboolean pz_session_measure_learning (PzSession *session,
                                      const PzLearnParams *params,
                                      guint64 room,
                                      guint64 *bytes,
                                      guint *micro_batch,
                                      GError **error);

/* Fails before anything is loaded with BAD_INPUT (names the parameter), BAD_FILE (a checkpoint of a different run, names the
 * difference), UNSUPPORTED_MODEL, GPU_MEMORY, G_IO_ERROR_NO_SPACE. Fails later with BAD_OUTPUT (the loss is not finite or grew
 * tenfold; the checkpoint keeps the last good state) or CANCELLED (the checkpoint has been written). (transfer full) array of
 * PzConcept: one for each person, or a single one. */
GPtrArray *pz_session_learn (PzSession *session,
                             const PzLearnParams *params,
                             const PzLearnTask *task,
                             GError **error);

G_END_DECLS
