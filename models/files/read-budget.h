/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Limits on the cost of reading one file, whatever its bytes are. A few bytes can request unbounded work (a list that is
 * referenced a thousand times and copied each time, a thousand views of one compressed storage). Every reader therefore takes
 * what it is about to spend from a budget first, and refuses the file if too little is left.
 *
 * Thread: a budget belongs to one reader.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_BUDGET_VALUES, /* of an unfolded pickle, or of a JSON text */
  PZ_BUDGET_COPIES, /* entries of lists and dictionaries that are visited, or copied into others */
  PZ_BUDGET_NAME_BYTES, /* of names and strings that are assembled */
  PZ_BUDGET_VECTOR_BYTES, /* of learned words, adapters and encoded prompts, as floats */
  PZ_BUDGET_LAYERS, /* of one network */
  PZ_N_BUDGETS,
} PzBudgetKind;

/* All zero = unused. */
typedef struct
{
  guint64 used[PZ_N_BUDGETS];
} PzReadBudget;

/* The maximum total amount: several times what published files need. */
guint64 pz_budget_get_limit (PzBudgetKind kind);

/* FALSE, now and in all later calls for this kind, once the total exceeds the limit. */
gboolean pz_budget_take (PzReadBudget *budget, PzBudgetKind kind, guint64 amount);

/* Describes the first kind whose limit was exceeded, "at most 1000000 values expected"; NULL if there is none.
 * (transfer full) */
char *pz_budget_describe_excess (const PzReadBudget *budget);

/* TRUE as long as no limit is exceeded. Otherwise sets BAD_FILE "PATH: NAME: at most ... expected"; `name` is the tensor, key
 * or position that requested too much. */
gboolean pz_budget_check (const PzReadBudget *budget,
                          const char *path,
                          const char *name,
                          GError **error);

G_END_DECLS
