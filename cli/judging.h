/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many pictures and texts before the judges, one judge after the other, so that no two are held at a time.
 */
#pragma once

#include "cli/judging-journal.h"
#include "models/judge.h"

/* Ways to look at a picture, each of which makes a direction of it. */
typedef enum
{
  PZ_VIEW_CLIP,
  PZ_VIEW_MASKED, /* by CLIP, black outside of its mask */
  PZ_VIEW_DINO,
  PZ_VIEW_FACE, /* its largest face */
  PZ_N_VIEWS,
} PzView;

/* A picture, and what is said of it. */
typedef struct
{
  char *path;
  char *mask; /* file with its mask; NULL = transparency, else the thing that is found */
  gboolean boxed; /* of a thing that is found, its box counts */
  guint thing; /* which of several things is asked about */
  gboolean is_reference; /* a picture of the thing itself */
  PzImage *inside; /* the mask, once it is known; NULL = all of it */
  gboolean looked[PZ_N_VIEWS];
  float *directions[PZ_N_VIEWS]; /* NULL = not looked, or no face found */
} PzLook;

/* Takes the strings. (transfer full) */
PzLook *pz_look_new (char *path, char *mask);
void pz_look_free (PzLook *look);

/* A text, and what CLIP says of it. */
typedef struct
{
  char *text;
  float *clip;
} PzReading;

/* A prompt: what stands for the thing, "{}", is left out. (transfer full) */
PzReading *pz_reading_new (const char *prompt);
void pz_reading_free (PzReading *reading);

#define PZ_JUDGE_NONE "none" /* as a judge's path: it is left out */

/* Who judges: those of models/judge.h, and the networks that see faces. */
#define PZ_SEER_FACES PZ_N_JUDGES
#define PZ_N_SEERS (PZ_N_JUDGES + 1)

/* "clip", "dino", "faces": in options and JSON. */
const char *pz_seer_name (guint seer);

/* Zero, and what is to be known, before the first call. */
typedef struct
{
  const char *paths[PZ_N_SEERS]; /* NULL = the one that is found; PZ_JUDGE_NONE */
  const char *recognizer; /* see PzFacesParams */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  gboolean masked; /* CLIP also looks at pictures that are black outside of their masks */
  PzJournal *journal; /* what is in it is not judged again; NULL = none. Not owned */
  GCancellable *cancellable;
  /* Filled: */
  guint widths[PZ_N_VIEWS]; /* of directions; 0 = left out */
  char *names[PZ_N_SEERS]; /* path; of faces NULL where no reference has one */
  char *views[PZ_N_SEERS]; /* how pictures are prepared */
  char *
    finder; /* path of what finds things in pictures without a mask; NULL = there is none, and they are judged whole */
} PzJudging;

void pz_judging_clear (PzJudging *judging);

/* Whether all judges are there, before any work. Fails with BAD_FILE or UNSUPPORTED_MODEL; a USAGE_ERROR where all are left out. */
gboolean pz_judging_check (const PzJudging *judging, GError **error);

gboolean pz_judging_leaves_out (const PzJudging *judging, guint seer);

/* What the journal knows a look by: the judge's file and settings, the picture's and its mask's. (transfer full) */
char *pz_judging_key (const PzJudging *judging, guint seer, PzView view, const PzLook *look);

/* looks: of PzLook; readings: of PzReading. Fills their directions; faces are looked for in references, and in pictures of things
 * whose references have any. Fails as reading pictures, finding things and judging do, naming the picture. */
gboolean
pz_judging_run (PzJudging *judging, GPtrArray *looks, GPtrArray *readings, GError **error);
