/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a pickle written by PyTorch as plain data. Nothing is ever imported or executed: the opcodes are a fixed table, and so
 * are the names that a pickle may call (pickle-globals.c); any other name is refused, and the message contains it. The result
 * is a tree of numbers, strings, lists, dictionaries and tensors.
 *
 * Memory and time are bounded by the limits below and by those of read-budget.h, whatever the bytes are. A shared branch counts
 * each time it is reached. The resulting tree has no cycles.
 *
 * Thread: any; a tree is immutable.
 */
#pragma once

#include "models/files/read-budget.h"
#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Several times what the largest published checkpoints need. */
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
  PZ_VALUE_BYTES, /* other byte strings, and integers of more than 64 bits */
  PZ_VALUE_LIST, /* lists, tuples and sets */
  PZ_VALUE_DICT, /* dictionaries, ParameterDict, and the modules of a TorchScript archive */
  PZ_VALUE_TENSOR,
  PZ_VALUE_STORAGE, /* the elements that tensors are views of, without a tensor */
  PZ_VALUE_SYMBOL, /* "module.name" that was not called */
  PZ_VALUE_OPAQUE, /* "module.name" that was called; its result is not represented */
} PzValueKind;

typedef struct _PzValue PzValue;

PzValueKind pz_value_get_kind (const PzValue *value);

/* All of these accept NULL as the value, so that lookups can be chained. */

/* For BOOL and INT; FALSE for anything else. */
gboolean pz_value_get_int (const PzValue *value, gint64 *number);
/* For FLOAT, BOOL and INT; FALSE for anything else. */
gboolean pz_value_get_float (const PzValue *value, double *number);
/* For STRING, SYMBOL and OPAQUE; NULL for anything else. (transfer none) */
const char *pz_value_get_string (const PzValue *value);
/* NULL for anything but a TENSOR. Read it with the file that the tree belongs to. Its name is its path in the tree: keys and
 * indices joined by dots. (transfer none) */
const PzFileTensor *pz_value_get_tensor (const PzValue *value);

/* Number of entries of a LIST or DICT; 0 for anything else. */
guint pz_value_get_n_items (const PzValue *value);
/* The value at an index of a LIST or DICT, in the file's order. (transfer none) */
const PzValue *pz_value_get_item (const PzValue *value, guint index);
/* The key at an index of a DICT: usually a STRING. (transfer none) */
const PzValue *pz_value_get_key (const PzValue *value, guint index);
/* The value stored in a DICT under that string, or NULL. (transfer none) */
const PzValue *pz_value_lookup (const PzValue *value, const char *key);

G_END_DECLS
