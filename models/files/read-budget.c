/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/read-budget.h"

#include <string.h>

#define MIB (1024u * 1024u)
/* Maximum number of bytes of a name in a message. */
#define MOST_SHOWN 200

static const struct
{
  guint64 most;
  const char *what;
} limits[PZ_N_BUDGETS] = {
  [PZ_BUDGET_VALUES] = { 1000u * 1000u, "values" },
  [PZ_BUDGET_COPIES] = { 4000u * 1000u, "copied entries" },
  [PZ_BUDGET_NAME_BYTES] = { 64u * MIB, "bytes of names" },
  /* A prompt has room for a few hundred vectors of a few KiB. */
  [PZ_BUDGET_VECTOR_BYTES] = { 256u * MIB, "bytes of vectors" },
  /* CLIP's largest text encoder has 32 layers. */
  [PZ_BUDGET_LAYERS] = { 512u, "layers" },
};

guint64
pz_budget_get_limit (PzBudgetKind kind)
{
  return limits[kind].most;
}

gboolean
pz_budget_take (PzReadBudget *budget, PzBudgetKind kind, guint64 amount)
{
  if (!g_uint64_checked_add (&budget->used[kind], budget->used[kind], amount))
    budget->used[kind] = G_MAXUINT64;
  return budget->used[kind] <= limits[kind].most;
}

char *
pz_budget_describe_excess (const PzReadBudget *budget)
{
  for (guint i = 0; i < PZ_N_BUDGETS; i++)
    if (budget->used[i] > limits[i].most)
      return g_strdup_printf ("at most %" G_GUINT64_FORMAT " %s expected", limits[i].most,
                              limits[i].what);
  return NULL;
}

gboolean
pz_budget_check (const PzReadBudget *budget, const char *path, const char *name, GError **error)
{
  g_autofree char *excess = pz_budget_describe_excess (budget);
  g_autofree char *shown = NULL;

  if (excess == NULL)
    return TRUE;
  shown = g_utf8_make_valid (name, (gssize) strnlen (name, MOST_SHOWN));
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: %s", path, shown, excess);
  return FALSE;
}
