/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Judges many pictures and texts, one judge after the other, so that only one is loaded at a time.
 */
#pragma once

#include "cli/judging-journal.h"
#include "models/judge.h"

/* The ways to look at a picture. Each yields a direction (an embedding of length 1). */
typedef enum
{
  PZ_VIEW_CLIP,
  PZ_VIEW_MASKED, /* by CLIP, black outside the mask */
  PZ_VIEW_DINO,
  PZ_VIEW_FACE, /* its largest face */
  PZ_N_VIEWS,
} PzView;

/* A picture and its directions. */
typedef struct
{
  char *path;
  char *mask; /* file with its mask; NULL = transparency, else the subject that is found */
  gboolean boxed; /* use the bounding box of the mask */
  guint thing; /* index of the thing that it shows or should show */
  gboolean is_reference; /* a reference picture of the thing */
  PzImage *inside; /* the mask, once it is known; NULL = everything */
  gboolean looked[PZ_N_VIEWS];
  float *directions[PZ_N_VIEWS]; /* NULL = not looked at, or no face found */
} PzLook;

/* Takes ownership of the strings. (transfer full) */
PzLook *pz_look_new (char *path, char *mask);
void pz_look_free (PzLook *look);

/* A text and its direction by CLIP. */
typedef struct
{
  char *text;
  float *clip;
} PzReading;

/* A prompt, without the placeholder "{}" of the thing. (transfer full) */
PzReading *pz_reading_new (const char *prompt);
void pz_reading_free (PzReading *reading);

#define PZ_JUDGE_NONE "none" /* as a judge's path: leave this judge out */

/* The judges: those of models/judge.h, and the face networks. */
#define PZ_SEER_FACES PZ_N_JUDGES
#define PZ_N_SEERS (PZ_N_JUDGES + 1)

/* "clip", "dino", "faces": as in options and JSON. */
const char *pz_seer_name (guint seer);

/* Zero-initialise and set the inputs before the first call. */
typedef struct
{
  const char *paths[PZ_N_SEERS]; /* NULL = the one that is found; PZ_JUDGE_NONE */
  const char *recognizer; /* see PzFacesParams */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  gboolean masked; /* CLIP also looks at pictures that are black outside their masks */
  PzJournal *journal; /* its results are not computed again; NULL = none. Not owned */
  GCancellable *cancellable;
  /* Outputs: */
  guint widths[PZ_N_VIEWS]; /* of directions; 0 = left out */
  char *names[PZ_N_SEERS]; /* path; for faces NULL if no reference has a face */
  char *views[PZ_N_SEERS]; /* how pictures are prepared */
  char *
    finder; /* path of the finder for pictures without a mask; NULL = there is none, and such pictures are judged whole */
} PzJudging;

void pz_judging_clear (PzJudging *judging);

/* Checks before any work that all judges are available. Fails with BAD_FILE or UNSUPPORTED_MODEL; with USAGE_ERROR if
 * all are left out. */
gboolean pz_judging_check (const PzJudging *judging, GError **error);

gboolean pz_judging_leaves_out (const PzJudging *judging, guint seer);

/* The journal's key for a look: a hash of the files and settings of the judge, and of the picture and its mask. NULL
 * without a journal. (transfer full) */
char *pz_judging_key (const PzJudging *judging, guint seer, PzView view, const PzLook *look);

/* looks: of PzLook; readings: of PzReading. Fills their directions. Faces are searched for in references, and in
 * pictures of things whose references have a face. Fails as reading pictures, finding subjects and judging do, naming
 * the picture. */
gboolean
pz_judging_run (PzJudging *judging, GPtrArray *looks, GPtrArray *readings, GError **error);
