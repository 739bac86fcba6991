/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tree of values that a pickle becomes: construction and queries.
 */
#include <string.h>

#include "models/files/pickle-private.h"

/* ---- construction ---- */

static gboolean
has_items (const PzValue *value)
{
  return value != NULL && (value->kind == PZ_VALUE_LIST || value->kind == PZ_VALUE_DICT);
}

static void
free_value (PzValue *value)
{
  if (has_items (value) && value->items != NULL)
    g_ptr_array_unref (value->items);
  if (value->kind == PZ_VALUE_TENSOR)
    g_free (value->tensor);
  g_free (value);
}

PzPickle *
pz_pickle_new (const char *path)
{
  PzPickle *pickle = g_new0 (PzPickle, 1);

  pickle->path = g_strdup (path);
  pickle->values = g_ptr_array_new_with_free_func ((GDestroyNotify) free_value);
  pickle->storages = g_ptr_array_new_with_free_func (g_free);
  pickle->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  pickle->texts = g_string_chunk_new (4096);
  return pickle;
}

void
pz_pickle_free (PzPickle *pickle)
{
  if (pickle == NULL)
    return;
  g_free (pickle->path);
  g_ptr_array_unref (pickle->values);
  g_ptr_array_unref (pickle->storages);
  g_hash_table_unref (pickle->by_key);
  g_string_chunk_free (pickle->texts);
  g_free (pickle);
}

PzValue *
pz_pickle_new_value (PzPickle *pickle, PzValueKind kind)
{
  PzValue *value = g_new0 (PzValue, 1);

  value->kind = kind;
  g_ptr_array_add (pickle->values, value);
  return value;
}

PzValue *
pz_pickle_new_text (PzPickle *pickle, const guint8 *bytes, gsize length)
{
  const gboolean is_string = g_utf8_validate_len ((const char *) bytes, length, NULL);
  PzValue *value = pz_pickle_new_value (pickle, is_string ? PZ_VALUE_STRING : PZ_VALUE_BYTES);

  value->text =
    g_string_chunk_insert_len (pickle->texts, (const char *) bytes, (gssize) length);
  value->length = length;
  return value;
}

gboolean
pz_pickle_add_item (PzPickle *pickle, PzValue *list, const PzValue *item)
{
  if (!pz_budget_take (&pickle->budget, PZ_BUDGET_COPIES, 1))
    return FALSE;
  if (list->items == NULL)
    list->items = g_ptr_array_new ();
  g_ptr_array_add (list->items, (gpointer) item);
  return TRUE;
}

/* ---- the tree as a whole ---- */

/* A cycle would be a tree of infinite depth; a branch shared repeatedly may unfold to an enormous size. */
static gboolean
count_nodes (PzReadBudget *budget, const PzValue *value, guint depth)
{
  if (depth == 0 || !pz_budget_take (budget, PZ_BUDGET_VALUES, 1))
    return FALSE;
  if (has_items (value) && value->items != NULL)
    for (guint i = 0; i < value->items->len; i++)
      if (!count_nodes (budget, value->items->pdata[i], depth - 1))
        return FALSE;
  return TRUE;
}

gboolean
pz_pickle_check_tree (PzPickle *pickle, GError **error)
{
  if (count_nodes (&pickle->budget, pickle->root, PZ_PICKLE_MAX_DEPTH))
    return TRUE;
  if (pz_budget_check (&pickle->budget, pickle->path, "its pickle unfolded", error))
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: its pickle contains itself, or is nested deeper than %u levels",
                 pickle->path, PZ_PICKLE_MAX_DEPTH);
  return FALSE;
}

/* ---- queries ---- */

PzValueKind
pz_value_get_kind (const PzValue *value)
{
  return value != NULL ? value->kind : PZ_VALUE_NONE;
}

gboolean
pz_value_get_int (const PzValue *value, gint64 *number)
{
  if (value == NULL || (value->kind != PZ_VALUE_INT && value->kind != PZ_VALUE_BOOL))
    return FALSE;
  *number = value->integer;
  return TRUE;
}

gboolean
pz_value_get_float (const PzValue *value, double *number)
{
  gint64 integer;

  if (value != NULL && value->kind == PZ_VALUE_FLOAT)
    {
      *number = value->number;
      return TRUE;
    }
  if (!pz_value_get_int (value, &integer))
    return FALSE;
  *number = (double) integer;
  return TRUE;
}

const char *
pz_value_get_string (const PzValue *value)
{
  if (value == NULL
      || (value->kind != PZ_VALUE_STRING && value->kind != PZ_VALUE_SYMBOL
          && value->kind != PZ_VALUE_OPAQUE))
    return NULL;
  return value->text;
}

const PzFileTensor *
pz_value_get_tensor (const PzValue *value)
{
  return value != NULL && value->kind == PZ_VALUE_TENSOR ? &value->tensor->tensor : NULL;
}

/* Items of a DICT come in pairs. */
static guint
items_per_place (const PzValue *value)
{
  return value->kind == PZ_VALUE_DICT ? 2 : 1;
}

guint
pz_value_get_n_items (const PzValue *value)
{
  if (!has_items (value) || value->items == NULL)
    return 0;
  return value->items->len / items_per_place (value);
}

const PzValue *
pz_value_get_item (const PzValue *value, guint index)
{
  const guint step = has_items (value) ? items_per_place (value) : 1;

  g_return_val_if_fail (index < pz_value_get_n_items (value), NULL);

  return value->items->pdata[index * step + step - 1];
}

const PzValue *
pz_value_get_key (const PzValue *value, guint index)
{
  g_return_val_if_fail (value != NULL && value->kind == PZ_VALUE_DICT
                          && index < pz_value_get_n_items (value),
                        NULL);

  return value->items->pdata[index * 2];
}

const PzValue *
pz_value_lookup (const PzValue *value, const char *key)
{
  if (pz_value_get_kind (value) != PZ_VALUE_DICT)
    return NULL;
  for (guint i = 0; i < pz_value_get_n_items (value); i++)
    if (g_strcmp0 (pz_value_get_string (pz_value_get_key (value, i)), key) == 0)
      return pz_value_get_item (value, i);
  return NULL;
}
