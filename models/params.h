/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters of the tasks, with their defaults, and what a task says while it runs.
 * Zero (NULL) always means "the model's default".
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

#define PZ_DEFAULT_FIDELITY 0.8 /* of a model that names none */
#define PZ_MAX_FIDELITY 1.5
#define PZ_MAX_VARIANTS 16
#define PZ_MAX_CONCEPTS 4
#define PZ_MAX_SIDE 4096 /* pixels of a picture */
#define PZ_MAX_LORA_WEIGHT 10.0 /* to either side of 0 */

typedef enum
{
  PZ_WORDS_PRIMARY, /* the placeholder becomes w_0 alone: best to edit */
  PZ_WORDS_ALL, /* w_0 ... w_4: best to reconstruct */
} PzWords;

/* A file of learned words, as models/learned.h says. */
typedef struct
{
  const char *path;
  const char *name; /* of all of them together; NULL = as the file names each */
} PzWordFile;

/* Changes of the weights, as models/learned.h says. */
typedef struct
{
  const char
    *path; /* file or folder; or the name of one that is found as those in prompts are */
  double weight; /* how much of it, at most PZ_MAX_LORA_WEIGHT to either side of 0 */
} PzLoraFile;

typedef struct
{
  const char *prompt; /* "S" (or S1, S2, ...) stands for the concepts; required, not blank */
  const char *negative_prompt; /* NULL = "" */
  guint variants; /* 0 = 1; at most PZ_MAX_VARIANTS */
  guint64 seed; /* variant i uses seed + i */
  guint steps; /* 0 = the model's */
  double guidance; /* < 0 = the model's; 0 to 1 = none */
  /* How far concepts are followed, 0..1.5; < 0 = the model's. ELITE's local features: lambda, 0 = words only; IP-Adapter's image
   * tokens: the scale, < 0 = 1; a weight W replaced by W': W + f (W' - W); of no meaning to words and text encoder adapters. */
  double fidelity;
  /* Of each concept, where n_fidelities is not 0; < 0 = as `fidelity` says. */
  double fidelities[PZ_MAX_CONCEPTS];
  guint n_fidelities; /* 0 = `fidelity` for all; 1 = the first for all; else one for each */
  PzWords words;
  const char *sampler; /* a name of pz_sampler_name (); NULL = the model's */
  guint width, height; /* 0 = the model's */
  const PzWordFile
    *embeddings; /* besides the words found in the search path, and before them */
  guint n_embeddings;
  const PzLoraFile *
    loras; /* besides those that the prompt asks for with <lora:NAME:WEIGHT>, and before them */
  guint n_loras;
  const char *adapter; /* a text encoder adapter's folder or file; NULL = none */
  /* Instead of from the seed's noise alone. */
  guint64 variation_of; /* the first noise lies between this seed's and its own... */
  double variation; /* ...so far from this one, 0..1; 0 = its own alone */
  PzImage *start; /* RGB of the picture's size: it is painted over; NULL = nothing */
  PzImage *start_mask; /* 1 channel of the same size: only there; NULL = everywhere */
  double strength; /* of painting over, 0..1: 1 leaves nothing of start; 0 = 1 */
  /* A file with an encoded prompt that stands for the negative prompt, which is not read; NULL = none. */
  const char *negative_encoding;
} PzGenerateParams;

/* What makes a concept of one picture, at once. */
typedef enum
{
  PZ_CONCEPT_BY_ELITE, /* words and local features */
  PZ_CONCEPT_BY_IP_ADAPTER, /* tokens beside the prompt */
  PZ_CONCEPT_BY_IP_ADAPTER_PLUS, /* more of them, of the picture's parts */
  PZ_N_CONCEPT_BY,
} PzConceptBy;

/* "elite", "ip-adapter", "ip-adapter-plus": in options, and the method of concepts made so. Thread: any. */
const char *pz_concept_by_name (PzConceptBy by);

/* How many steps a model's schedule allows: keys of its scheduler_config.json. */
typedef struct
{
  guint num_train_timesteps; /* no sampler makes more */
  guint original_inference_steps; /* nor lcm and tcd more than this */
} PzStepLimits;

/* The samplers in the order of a menu: the name in options, recipes and model.json, and the title, a
 * proper name that is not translated, the one that the common front ends use. NULL from the last one on.
 * Thread: any. */
const char *pz_sampler_name (guint index);
const char *pz_sampler_title (guint index);
/* The title that goes with a name; NULL for any other, and for NULL. */
const char *pz_sampler_title_of (const char *name);

typedef enum
{
  PZ_STAGE_LOAD,
  PZ_STAGE_ENCODE,
  PZ_STAGE_TEXT,
  PZ_STAGE_STEP,
  PZ_STAGE_DECODE,
} PzStage;

typedef struct
{
  PzStage stage;
  double fraction; /* of everything asked for, 0..1, never falls */
  double seconds_left; /* < 0 = not known yet */
  guint variant, n_variants; /* from 1 */
  guint step, n_steps; /* from 1 */
} PzProgress;

/* Called on the worker; must not block. */
typedef void (*PzProgressFunc) (const PzProgress *progress, gpointer data);

G_END_DECLS
