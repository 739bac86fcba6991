/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The columns of the papers' tables, computed from the judges' directions.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/judging.h"
#include "models/score.h"

typedef enum
{
  PZ_COLUMN_CLIP_T, /* picture and prompt */
  PZ_COLUMN_CLIP_I, /* picture and references */
  PZ_COLUMN_DINO_I,
  PZ_COLUMN_MASKED, /* CLIP-I of the masked subjects of both sides */
  PZ_COLUMN_IDENTITY, /* faces of both sides, if they have any */
  PZ_COLUMN_FACES, /* 1 if the picture has a face, else 0; NaN if no reference has one */
  PZ_N_COLUMNS,
} PzColumn;

typedef struct
{
  const char *key; /* in JSON and CSV */
  const char *title;
  PzView view; /* whose directions are compared */
} PzColumnName;

extern const PzColumnName pz_columns[PZ_N_COLUMNS];

/* The score of one picture; NaN if it was not judged, or if there is no reading, or no reference that was judged.
 * reading may be NULL. */
double pz_column_score (const PzJudging *judging,
                        PzColumn column,
                        const PzLook *picture,
                        const PzReading *reading,
                        PzLook *const references[],
                        guint n_references);

/* The geometric mean of the means of CLIP-I and CLIP-T; NaN unless both exist. */
double pz_columns_geometric (const PzScore scores[PZ_N_COLUMNS]);

/* Adds a member for each column that has values, and "geometric_mean", to the object that `builder` is in. */
void pz_columns_add_json (JsonBuilder *builder, const PzScore scores[PZ_N_COLUMNS]);

/* Adds "judges": the path and the view of each judge. */
void pz_judging_add_json (JsonBuilder *builder, const PzJudging *judging);
