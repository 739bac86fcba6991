/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters of the tasks, with their defaults, and the progress that a task reports. Zero or NULL means the model's default
 * unless stated otherwise.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

#define PZ_DEFAULT_FIDELITY 0.8 /* for models without a value of their own */
#define PZ_MAX_FIDELITY 1.5
#define PZ_MAX_VARIANTS 16
#define PZ_MAX_CONCEPTS 4
#define PZ_MAX_SIDE 4096 /* pixels per side of a picture */
#define PZ_MAX_LORA_WEIGHT 10.0 /* absolute value */

typedef enum
{
  PZ_WORDS_PRIMARY, /* replace the placeholder by w_0 only: best for editing */
  PZ_WORDS_ALL, /* w_0 ... w_4: best for reconstruction */
} PzWords;

/* A file of learned words, see models/learned.h. */
typedef struct
{
  const char *path;
  const char *name; /* for all of its words together; NULL = the names in the file */
} PzWordFile;

/* A LoRA file, see models/learned.h. */
typedef struct
{
  const char *path; /* file or folder, or a name as in prompts */
  double weight; /* strength, -PZ_MAX_LORA_WEIGHT to PZ_MAX_LORA_WEIGHT */
} PzLoraFile;

typedef struct
{
  const char *prompt; /* "S" (or S1, S2, ...) = the concepts; required, not blank */
  const char *negative_prompt; /* NULL = "" */
  guint variants; /* 0 = 1; at most PZ_MAX_VARIANTS */
  guint64 seed; /* variant i uses seed + i */
  guint steps; /* 0 = the model's */
  double guidance; /* < 0 = the model's; 0 to 1 = none */
  /* How strongly concepts are applied, 0..1.5; < 0 = the model's default, or 1 for image tokens and overrides. ELITE's local
   * features: lambda, 0 = words only. IP-Adapter's image tokens: the scale. A weight W replaced by W': W + f (W' - W). No
   * effect on words and text encoder adapters. */
  double fidelity;
  /* Per concept, if n_fidelities is not 0; < 0 = the value of `fidelity`. */
  double fidelities[PZ_MAX_CONCEPTS];
  guint n_fidelities; /* 0 = use `fidelity`; 1 = one for all; else one per concept */
  PzWords words;
  const char *sampler; /* a name of pz_sampler_name (); NULL = the model's */
  guint width, height; /* 0 = the model's */
  const PzWordFile *embeddings; /* searched before the words found in the search path */
  guint n_embeddings;
  const PzLoraFile
    *loras; /* applied before those that the prompt requests with <lora:NAME:WEIGHT> */
  guint n_loras;
  const char *adapter; /* a text encoder adapter's folder or file; NULL = none */
  /* Alternatives to starting from the noise of the seed alone. */
  guint64 variation_of; /* the noise lies between this seed's and the variant's own */
  double variation; /* distance from variation_of's, 0..1; 0 = the variant's own only */
  PzImage *start; /* RGB, size of the picture: is painted over; NULL = nothing */
  PzImage *start_mask; /* 1 channel, same size: area to paint over; NULL = everywhere */
  double
    strength; /* of painting over, 0..1; 1 makes all steps, which leaves a faint trace of start's brightness; 0 = 1 */
  /* A file with an encoded prompt that replaces the negative prompt, which is then ignored; NULL = none. */
  const char *negative_encoding;
} PzGenerateParams;

/* The encoder that makes a concept from a single picture. */
typedef enum
{
  PZ_CONCEPT_BY_ELITE, /* words and local features */
  PZ_CONCEPT_BY_IP_ADAPTER, /* tokens in addition to the prompt */
  PZ_CONCEPT_BY_IP_ADAPTER_PLUS, /* more tokens, for parts of the picture */
  PZ_N_CONCEPT_BY,
} PzConceptBy;

/* "elite", "ip-adapter", "ip-adapter-plus": the name in options, and the method of the resulting concepts. Thread: any. */
const char *pz_concept_by_name (PzConceptBy by);

/* Limits on the number of steps, from keys of the model's scheduler_config.json. */
typedef struct
{
  guint num_train_timesteps; /* maximum for every sampler */
  guint original_inference_steps; /* maximum for lcm and tcd */
} PzStepLimits;

/* The samplers in menu order: the name in options, recipes and model.json, and the title, a proper name that is not translated
 * and that common front ends use. NULL from the end on. Thread: any. */
const char *pz_sampler_name (guint index);
const char *pz_sampler_title (guint index);
/* The title of the sampler with this name; NULL for an unknown name and for NULL. */
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
  double fraction; /* of all requested work, 0..1, never decreases */
  double seconds_left; /* < 0 = not known yet */
  guint variant, n_variants; /* from 1 */
  guint step, n_steps; /* from 1 */
} PzProgress;

/* Called on the worker; must not block. */
typedef void (*PzProgressFunc) (const PzProgress *progress, gpointer data);

G_END_DECLS
