/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pickle, as PyTorch writes it, read as plain data. Nothing is ever imported or run: the
 * opcodes are a closed table, and so are the names a pickle may call for
 * (pickle-globals.c); everything else is refused by its name. What comes out is a tree of
 * numbers, texts, lists, dictionaries and tensors.
 *
 * Memory and time are bounded by the limits below and by those of read-budget.h, whatever the bytes
 * are; a shared branch counts each time it is met. The tree that is handed out has no cycles.
 *
 * Thread: any; a tree is immutable.
 */
#pragma once

#include "models/files/read-budget.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Several times what the largest published checkpoints have. */
#define PZ_PICKLE_MAX_BYTES (16u * 1024u * 1024u)
#define PZ_PICKLE_MAX_STEPS (1000u * 1000u) /* opcodes */
#define PZ_PICKLE_MAX_DEPTH 64 /* levels of the tree */

typedef enum
{
  PZ_VALUE_NONE,
  PZ_VALUE_BOOL,
  PZ_VALUE_INT,
  PZ_VALUE_FLOAT,
  PZ_VALUE_STRING, /* UTF-8 */
  PZ_VALUE_BYTES, /* anything else, and whole numbers of more than 64 bits */
  PZ_VALUE_LIST, /* lists, tuples and sets */
  PZ_VALUE_DICT, /* dictionaries, ParameterDict, and the modules of a TorchScript archive */
  PZ_VALUE_TENSOR,
  PZ_VALUE_STORAGE, /* the elements that tensors are views of, standing alone */
  PZ_VALUE_SYMBOL, /* "module.name", not called */
  PZ_VALUE_OPAQUE, /* "module.name" was called: what it would make is not read */
} PzValueKind;

typedef struct _PzValue PzValue;

PzValueKind pz_value_get_kind (const PzValue *value);

/* All of these accept NULL for the value, so that look-ups can be chained. */

/* BOOL and INT; FALSE for anything else. */
gboolean pz_value_get_int (const PzValue *value, gint64 *number);
/* FLOAT, BOOL and INT; FALSE for anything else. */
gboolean pz_value_get_float (const PzValue *value, double *number);
/* STRING, SYMBOL and OPAQUE; NULL for anything else. (transfer none) */
const char *pz_value_get_string (const PzValue *value);
/* NULL for anything else. To be read with the file the tree is of; its name is its path in the
 * tree: keys and places joined by dots. (transfer none) */
const PzFileTensor *pz_value_get_tensor (const PzValue *value);

/* Of a LIST or DICT; 0 for anything else. */
guint pz_value_get_n_items (const PzValue *value);
/* The value at a place of a LIST or DICT, in the file's order. (transfer none) */
const PzValue *pz_value_get_item (const PzValue *value, guint index);
/* The key at a place of a DICT: a STRING as a rule. (transfer none) */
const PzValue *pz_value_get_key (const PzValue *value, guint index);
/* The value under that text in a DICT, or NULL. (transfer none) */
const PzValue *pz_value_lookup (const PzValue *value, const char *key);

G_END_DECLS
