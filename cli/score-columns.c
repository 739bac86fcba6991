/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/score-columns.h"

#include <math.h>

#include "cli/json.h"

const PzColumnName pz_columns[PZ_N_COLUMNS] = {
  [PZ_COLUMN_CLIP_T] = { "clip_t", "CLIP-T", PZ_VIEW_CLIP },
  [PZ_COLUMN_CLIP_I] = { "clip_i", "CLIP-I", PZ_VIEW_CLIP },
  [PZ_COLUMN_DINO_I] = { "dino_i", "DINO-I", PZ_VIEW_DINO },
  [PZ_COLUMN_MASKED] = { "clip_i_masked", "masked CLIP-I", PZ_VIEW_MASKED },
  [PZ_COLUMN_IDENTITY] = { "identity", "identity", PZ_VIEW_FACE },
  [PZ_COLUMN_FACES] = { "faces", "faces found", PZ_VIEW_FACE },
};

double
pz_column_score (const PzJudging *judging,
                 PzColumn column,
                 const PzLook *picture,
                 const PzReading *reading,
                 PzLook *const references[],
                 guint n_references)
{
  const PzView view = pz_columns[column].view;
  const guint width = judging->widths[view];
  const float *direction = picture->directions[view];
  g_autofree const float **others = g_new (const float *, n_references);
  guint n = 0;

  for (guint i = 0; i < n_references; i++)
    if (references[i]->directions[view] != NULL)
      others[n++] = references[i]->directions[view];
  if (column == PZ_COLUMN_FACES)
    return n == 0 ? (double) NAN : direction != NULL ? 1.0 : 0.0;
  if (direction == NULL || (column == PZ_COLUMN_CLIP_T && reading == NULL))
    return (double) NAN;
  return column == PZ_COLUMN_CLIP_T ? pz_score_cosine (direction, reading->clip, width)
                                    : pz_score_against (direction, others, n, width);
}

double
pz_columns_geometric (const PzScore scores[PZ_N_COLUMNS])
{
  /* NaN if one of them is. */
  return pz_score_geometric (scores[PZ_COLUMN_CLIP_I].mean, scores[PZ_COLUMN_CLIP_T].mean);
}

static void
add_score (JsonBuilder *builder, const char *key, const PzScore *score)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_object (builder);
  pz_json_add_int (builder, "n", score->n);
  pz_json_add_exact (builder, "mean", score->mean);
  pz_json_add_exact (builder, "standard_error", score->error);
  pz_json_add_exact (builder, "low", score->low);
  pz_json_add_exact (builder, "high", score->high);
  json_builder_end_object (builder);
}

void
pz_columns_add_json (JsonBuilder *builder, const PzScore scores[PZ_N_COLUMNS])
{
  for (guint i = 0; i < PZ_N_COLUMNS; i++)
    if (scores[i].n > 0)
      add_score (builder, pz_columns[i].key, &scores[i]);
  pz_json_add_exact (builder, "geometric_mean", pz_columns_geometric (scores));
}

void
pz_judging_add_json (JsonBuilder *builder, const PzJudging *judging)
{
  json_builder_set_member_name (builder, "judges");
  json_builder_begin_object (builder);
  for (guint i = 0; i < PZ_N_SEERS; i++)
    if (judging->names[i] != NULL)
      {
        json_builder_set_member_name (builder, pz_seer_name (i));
        json_builder_begin_object (builder);
        pz_json_add_string (builder, "path", judging->names[i]);
        pz_json_add_string (builder, "view", judging->views[i]);
        json_builder_end_object (builder);
      }
  json_builder_end_object (builder);
}
