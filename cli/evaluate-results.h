/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Judges the pictures of an evaluation, and computes the scores.
 */
#pragma once

#include "cli/evaluate-run.h"
#include "cli/score-columns.h"

typedef struct
{
  const PzEvaluation *e;
  guint n_methods;
  char *fingerprint; /* of the model */
  char *model_name;
  PzJudging judging;
  double *values; /* [things, methods, prompts, seeds, PZ_N_COLUMNS]; NaN = not judged */
  PzMade *made; /* [things, methods] */
} PzResults;

void pz_results_clear (PzResults *results);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzResults, pz_results_clear)

/* e, judging and the names of the model must be set. Fails as judging and reading do. */
gboolean pz_results_judge (PzResults *results, GError **error);

/* One method's row of a table: a summary over the things, of which each contributes the mean of its values. family NULL
 * = all prompts. */
void pz_results_row (const PzResults *results,
                     guint method,
                     const char *family,
                     PzScore scores[PZ_N_COLUMNS]);
PzScore pz_results_seconds (const PzResults *results, guint method);
PzScore pz_results_bytes (const PzResults *results, guint method);

/* The families of the prompts that were used, each once, in their order; prompts without a family are skipped.
 * (transfer container) of const char * */
GPtrArray *pz_results_families (const PzResults *results);

/* (transfer full) */
char *pz_results_to_json (const PzResults *results);
char *pz_results_to_csv (const PzResults *results);
