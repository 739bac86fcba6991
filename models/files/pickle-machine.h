/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The machine that executes a pickle: a stack with marks, a memo, and a table with one row for each supported opcode. Private
 * to pickle.c, which fetches opcodes, and pickle-opcodes.c, which implements them.
 */
#pragma once

#include "models/files/pickle-private.h"

G_BEGIN_DECLS

typedef struct
{
  PzPickle *pickle;
  const guint8 *data;
  gsize n, at;
  const char *opcode; /* the current one, for messages */

  /* Operand of the current opcode. */
  guint64 number; /* or the bits of a float */
  const guint8 *text;
  gsize length;

  GPtrArray *stack; /* PzValue */
  GArray *marks; /* guint: stack heights */
  GPtrArray *memo; /* PzValue or NULL */
  gboolean stopped;
} PzPickleMachine;

typedef enum
{
  PZ_OPERAND_NONE,
  PZ_OPERAND_U8,
  PZ_OPERAND_U16,
  PZ_OPERAND_U32,
  PZ_OPERAND_U64,
  PZ_OPERAND_TEXT8, /* length in 1 byte, then the bytes */
  PZ_OPERAND_TEXT32, /* length in 4 bytes, then the bytes */
  PZ_OPERAND_LINES, /* two lines */
} PzPickleOperand;

typedef struct
{
  const char *name; /* as in Python's pickletools; NULL = refused */
  PzPickleOperand operand;
  gboolean (*run) (PzPickleMachine *m, GError **error);
} PzPickleOpcode;

/* Indexed by the opcode's byte. */
extern const PzPickleOpcode pz_pickle_opcodes[256];

/* The tensor or entry that is being built, for messages: the topmost string on the stack. */
const char *pz_pickle_find_subject (const PzPickleMachine *m);

/* Sets BAD_FILE with the byte position in the pickle; always FALSE. */
G_GNUC_PRINTF (3, 4)
gboolean pz_pickle_fail (const PzPickleMachine *m, GError **error, const char *format, ...);

G_END_DECLS
