/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading one file may cost, whatever its bytes say: one table of limits. A few bytes can ask for
 * endless work (a list that is named a thousand times and copied each time, a thousand views of one
 * packed storage); every reader takes what it is about to spend from a budget first, and refuses when
 * there is not enough left.
 *
 * Thread: a budget belongs to one reader.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_BUDGET_VALUES, /* of a pickle unfolded, or of a JSON text */
  PZ_BUDGET_COPIES, /* entries of lists and dictionaries looked at or copied into others */
  PZ_BUDGET_NAME_BYTES, /* of names and texts put together anew */
  PZ_BUDGET_VECTOR_BYTES, /* of learned words, adapters and prompts, as floats */
  PZ_BUDGET_LAYERS, /* of one network */
  PZ_N_BUDGETS,
} PzBudgetKind;

/* Zero is a fresh one. */
typedef struct
{
  guint64 used[PZ_N_BUDGETS];
} PzReadBudget;

/* The largest amount that is allowed: several times what published files need. */
guint64 pz_budget_get_limit (PzBudgetKind kind);

/* FALSE, and then for ever, when more than the limit is taken. */
gboolean pz_budget_take (PzReadBudget *budget, PzBudgetKind kind, guint64 amount);

/* "at most 1000000 values expected" for the first kind of which too much was taken; NULL = none.
 * (transfer full) */
char *pz_budget_describe_excess (const PzReadBudget *budget);

/* TRUE while nothing is in excess. Sets BAD_FILE "PATH: NAME: at most ... expected"; `name` is the tensor,
 * key or place that asked for too much. */
gboolean pz_budget_check (const PzReadBudget *budget,
                          const char *path,
                          const char *name,
                          GError **error);

G_END_DECLS
