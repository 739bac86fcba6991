/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters of the tasks, with their defaults, and what a task says while it runs.
 * Zero (NULL) always means "the model's default".
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

#define PZ_DEFAULT_FIDELITY 0.8
#define PZ_MAX_FIDELITY 1.5
#define PZ_MAX_VARIANTS 16
#define PZ_MAX_CONCEPTS 4
#define PZ_MAX_SIDE 4096 /* pixels of a picture */

typedef enum
{
  PZ_WORDS_PRIMARY, /* the placeholder becomes w_0 alone: best to edit */
  PZ_WORDS_ALL, /* w_0 ... w_4: best to reconstruct */
} PzWords;

typedef struct
{
  const char *prompt; /* "S" (or S1, S2, ...) stands for the concepts; required, not blank */
  const char *negative_prompt; /* NULL = "" */
  guint variants; /* 0 = 1; at most PZ_MAX_VARIANTS */
  guint64 seed; /* variant i uses seed + i */
  guint steps; /* 0 = the model's */
  double guidance; /* < 0 = the model's; 1 = none */
  double fidelity; /* lambda, 0..1.5; used as it is (0 = words only) */
  PzWords words;
  const char *sampler; /* NULL = the model's; "lcm", "ddim" */
  guint width, height; /* 0 = the model's */
} PzGenerateParams;

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
