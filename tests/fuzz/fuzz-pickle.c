/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/pickle-private.h"
#include "tests/fuzz/fuzz.h"

/* Terminates, because pz_pickle_read () rejects cycles and limits the number of values. */
static guint
count (const PzValue *value)
{
  guint sum = 1;

  g_assert_nonnull (value);
  for (guint i = 0; i < pz_value_get_n_items (value); i++)
    {
      sum += count (pz_value_get_item (value, i));
      if (pz_value_get_kind (value) == PZ_VALUE_DICT)
        sum += count (pz_value_get_key (value, i));
    }
  return sum;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize n_read = 0;
  g_autoptr (PzPickle) pickle = pz_pickle_read ("fuzz", data, size, &n_read, &error);

  g_assert_true ((pickle == NULL) == (error != NULL));
  g_assert_cmpuint (n_read, <=, size);
  if (pickle != NULL)
    g_assert_cmpuint (count (pickle->root), <=, pz_budget_get_limit (PZ_BUDGET_VALUES));
  return 0;
}
