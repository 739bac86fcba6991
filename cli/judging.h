/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many pictures and texts before the judges, one judge after the other, so that no two are held at a time.
 */
#pragma once

#include "models/judge.h"

/* A picture, and what is said of it. */
typedef struct
{
  char *path;
  char *mask; /* file with its mask; NULL = transparency, else the thing that is found */
  gboolean boxed; /* of a thing that is found, its box counts */
  PzImage *inside; /* the mask, once it is known; NULL = all of it */
  float *clip, *masked, *dino; /* directions; NULL = not asked for */
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

/* Zero, and what is to be known, before the first call. */
typedef struct
{
  const char *paths[PZ_N_JUDGES]; /* NULL = the one that is found; PZ_JUDGE_NONE */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  gboolean masked; /* CLIP also looks at pictures that are black outside of their masks */
  GCancellable *cancellable;
  void (*progress) (guint done,
                    guint total,
                    gpointer data); /* pictures seen; NULL = nobody asks */
  gpointer data;
  /* Filled: */
  guint widths[PZ_N_JUDGES]; /* 0 = left out */
  char *names[PZ_N_JUDGES]; /* path */
  char *views[PZ_N_JUDGES]; /* how pictures are prepared */
} PzJudging;

void pz_judging_clear (PzJudging *judging);

/* Whether all judges are there, before any work. Fails with BAD_FILE or UNSUPPORTED_MODEL; a USAGE_ERROR where all are left out. */
gboolean pz_judging_check (const PzJudging *judging, GError **error);

/* looks: of PzLook; readings: of PzReading. Fills their directions. Fails as reading pictures, finding things and judging do, naming the
 * picture. */
gboolean
pz_judging_run (PzJudging *judging, GPtrArray *looks, GPtrArray *readings, GError **error);
