/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The columns of the papers' tables: what becomes of judges' directions.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/judging.h"
#include "models/score.h"

typedef enum
{
  PZ_COLUMN_CLIP_T, /* picture and words */
  PZ_COLUMN_CLIP_I, /* picture and references */
  PZ_COLUMN_DINO_I,
  PZ_COLUMN_MASKED, /* CLIP-I of both sides' things alone */
  PZ_COLUMN_IDENTITY, /* faces of both sides, where there are any */
  PZ_COLUMN_FACES, /* 1 where the picture has a face, else 0; of things whose references have one */
  PZ_N_COLUMNS,
} PzColumn;

typedef struct
{
  const char *key; /* in JSON and CSV */
  const char *title;
  PzView view; /* whose directions it compares */
} PzColumnName;

extern const PzColumnName pz_columns[PZ_N_COLUMNS];

/* One picture's score; NaN where it was not judged, or there is no reading or no reference that was. reading may be NULL. */
double pz_column_score (const PzJudging *judging,
                        PzColumn column,
                        const PzLook *picture,
                        const PzReading *reading,
                        PzLook *const references[],
                        guint n_references);

/* The geometric mean of CLIP-I's and CLIP-T's means; NaN where there is not both. */
double pz_columns_geometric (const PzScore scores[PZ_N_COLUMNS]);

/* Members of the object that `builder` is in: one for each column that has values, and "geometric_mean". */
void pz_columns_add_json (JsonBuilder *builder, const PzScore scores[PZ_N_COLUMNS]);

/* "judges": path and view of each. */
void pz_judging_add_json (JsonBuilder *builder, const PzJudging *judging);
