/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "models/files/pickle-machine.h"

#define fail pz_pickle_fail

typedef PzPickleMachine Machine;

/* ---- the stack ---- */

/* The values below the last mark are not available to the current opcode. */
static guint
floor_of (const Machine *m)
{
  return m->marks->len > 0 ? g_array_index (m->marks, guint, m->marks->len - 1) : 0;
}

static gboolean
push (Machine *m, PzValue *value)
{
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

static gboolean
need (const Machine *m, guint count, GError **error)
{
  if (m->stack->len - floor_of (m) >= count)
    return TRUE;
  return fail (m, error, "%s needs %u values, %u are there", m->opcode, count,
               m->stack->len - floor_of (m));
}

static PzValue *
top (const Machine *m)
{
  return m->stack->pdata[m->stack->len - 1];
}

static PzValue *
pop (Machine *m)
{
  return g_ptr_array_steal_index (m->stack, m->stack->len - 1);
}

/* The values above the last mark start at *first. At least `below` values must be below the mark. */
static gboolean
pop_mark (Machine *m, guint below, guint *first, GError **error)
{
  if (m->marks->len == 0)
    return fail (m, error, "%s without MARK", m->opcode);
  *first = floor_of (m);
  g_array_set_size (m->marks, m->marks->len - 1);
  if (*first - floor_of (m) >= below)
    return TRUE;
  return fail (m, error, "%s has nothing to work on", m->opcode);
}

/* ---- plain values ---- */

static gboolean
op_none (Machine *m, GError **error)
{
  (void) error;
  return push (m, pz_pickle_new_value (m->pickle, PZ_VALUE_NONE));
}

static gboolean
push_integer (Machine *m, PzValueKind kind, gint64 integer)
{
  PzValue *value = pz_pickle_new_value (m->pickle, kind);

  value->integer = integer;
  return push (m, value);
}

static gboolean
op_true (Machine *m, GError **error)
{
  (void) error;
  return push_integer (m, PZ_VALUE_BOOL, TRUE);
}

static gboolean
op_false (Machine *m, GError **error)
{
  (void) error;
  return push_integer (m, PZ_VALUE_BOOL, FALSE);
}

static gboolean
op_uint (Machine *m, GError **error)
{
  (void) error;
  return push_integer (m, PZ_VALUE_INT, (gint64) m->number);
}

static gboolean
op_int32 (Machine *m, GError **error)
{
  (void) error;
  return push_integer (m, PZ_VALUE_INT, (gint32) (guint32) m->number);
}

static gboolean
op_long (Machine *m, GError **error)
{
  guint64 number = m->length > 0 && m->text[m->length - 1] >= 0x80 ? G_MAXUINT64 : 0;
  PzValue *value;

  (void) error;
  if (m->length <= sizeof number)
    {
      for (gsize i = m->length; i-- > 0;)
        number = number << 8 | m->text[i];
      return push_integer (m, PZ_VALUE_INT, (gint64) number);
    }
  value = pz_pickle_new_text (m->pickle, m->text, m->length);
  value->kind = PZ_VALUE_BYTES;
  return push (m, value);
}

static gboolean
op_float (Machine *m, GError **error)
{
  PzValue *value = pz_pickle_new_value (m->pickle, PZ_VALUE_FLOAT);
  const guint64 bits = GUINT64_SWAP_LE_BE (m->number);

  (void) error;
  memcpy (&value->number, &bits, sizeof bits);
  return push (m, value);
}

static gboolean
op_text (Machine *m, GError **error)
{
  (void) error;
  return push (m, pz_pickle_new_text (m->pickle, m->text, m->length));
}

static gboolean
op_bytes (Machine *m, GError **error)
{
  op_text (m, error);
  top (m)->kind = PZ_VALUE_BYTES;
  return TRUE;
}

/* ---- lists and dictionaries ---- */

static gboolean
op_list (Machine *m, GError **error)
{
  (void) error;
  return push (m, pz_pickle_new_value (m->pickle, PZ_VALUE_LIST));
}

static gboolean
op_dict (Machine *m, GError **error)
{
  (void) error;
  return push (m, pz_pickle_new_value (m->pickle, PZ_VALUE_DICT));
}

static gboolean
op_mark (Machine *m, GError **error)
{
  (void) error;
  g_array_append_val (m->marks, m->stack->len);
  return TRUE;
}

/* Takes all values from `first` up. */
static PzValue *
make_tuple (Machine *m, guint first)
{
  PzValue *tuple = pz_pickle_new_value (m->pickle, PZ_VALUE_LIST);

  for (guint i = first; i < m->stack->len; i++)
    pz_pickle_add_item (m->pickle, tuple, m->stack->pdata[i]);
  g_ptr_array_set_size (m->stack, (gint) first);
  return tuple;
}

static gboolean
op_tuple (Machine *m, GError **error)
{
  guint first;

  return pop_mark (m, 0, &first, error) && push (m, make_tuple (m, first));
}

static gboolean
make_small_tuple (Machine *m, guint n, GError **error)
{
  return need (m, n, error) && push (m, make_tuple (m, m->stack->len - n));
}

static gboolean
op_tuple1 (Machine *m, GError **error)
{
  return make_small_tuple (m, 1, error);
}

static gboolean
op_tuple2 (Machine *m, GError **error)
{
  return make_small_tuple (m, 2, error);
}

static gboolean
op_tuple3 (Machine *m, GError **error)
{
  return make_small_tuple (m, 3, error);
}

/* Puts the values from `first` up into the value below them. */
static gboolean
put_into (Machine *m, PzValueKind kind, guint first, GError **error)
{
  PzValue *into = m->stack->pdata[first - 1];

  if (kind == PZ_VALUE_DICT && (m->stack->len - first) % 2 != 0)
    return fail (m, error, "%s with a key that has no value", m->opcode);
  if (into->kind != kind && into->kind != PZ_VALUE_OPAQUE)
    return fail (m, error, "%s on what is no %s", m->opcode,
                 kind == PZ_VALUE_DICT ? "dictionary" : "list");
  if (into->kind == kind)
    for (guint i = first; i < m->stack->len; i++)
      pz_pickle_add_item (m->pickle, into, m->stack->pdata[i]);
  g_ptr_array_set_size (m->stack, (gint) first);
  return TRUE;
}

static gboolean
op_append (Machine *m, GError **error)
{
  return need (m, 2, error) && put_into (m, PZ_VALUE_LIST, m->stack->len - 1, error);
}

static gboolean
op_appends (Machine *m, GError **error)
{
  guint first;

  return pop_mark (m, 1, &first, error) && put_into (m, PZ_VALUE_LIST, first, error);
}

static gboolean
op_setitem (Machine *m, GError **error)
{
  return need (m, 3, error) && put_into (m, PZ_VALUE_DICT, m->stack->len - 2, error);
}

static gboolean
op_setitems (Machine *m, GError **error)
{
  guint first;

  return pop_mark (m, 1, &first, error) && put_into (m, PZ_VALUE_DICT, first, error);
}

/* ---- the memo ---- */

static gboolean
op_put (Machine *m, GError **error)
{
  if (!need (m, 1, error))
    return FALSE;
  if (m->number >= PZ_PICKLE_MAX_STEPS)
    return fail (m, error,
                 "a memo of at most %u values expected, number %" G_GUINT64_FORMAT " found",
                 PZ_PICKLE_MAX_STEPS, m->number);
  if (m->number >= m->memo->len)
    g_ptr_array_set_size (m->memo, (gint) m->number + 1);
  m->memo->pdata[m->number] = top (m);
  return TRUE;
}

static gboolean
op_memoize (Machine *m, GError **error)
{
  m->number = m->memo->len;
  return op_put (m, error);
}

static gboolean
op_get (Machine *m, GError **error)
{
  if (m->number < m->memo->len && m->memo->pdata[m->number] != NULL)
    return push (m, m->memo->pdata[m->number]);
  return fail (m, error, "nothing was put under number %" G_GUINT64_FORMAT " of the memo",
               m->number);
}

/* ---- names and calls ---- */

const char *
pz_pickle_find_subject (const PzPickleMachine *m)
{
  for (guint i = m->stack->len; i-- > 0;)
    {
      const PzValue *value = m->stack->pdata[i];

      if (value->kind == PZ_VALUE_STRING)
        return value->text;
    }
  return "its first value";
}

static gboolean
push_symbol (Machine *m, const char *module, const char *name, GError **error)
{
  const PzPickleGlobal *global = pz_pickle_global_find (module, name);
  g_autofree char *full = NULL;
  g_autofree char *shown = NULL;
  PzValue *value;

  /* A long name may be in the memo and be requested repeatedly. */
  if (!pz_budget_take (&m->pickle->budget, PZ_BUDGET_NAME_BYTES,
                       strlen (module) + strlen (name)))
    return FALSE;
  full = g_strdup_printf ("%s.%s", module, name);
  shown = g_strescape (full, NULL);
  if (global == NULL)
    return fail (
      m, error,
      "%.200s: it asks for %.200s, which no file of weights needs: refused, nothing was run",
      pz_pickle_find_subject (m), shown);
  value = pz_pickle_new_text (m->pickle, (const guint8 *) shown, strlen (shown));
  value->kind = PZ_VALUE_SYMBOL;
  value->global = global;
  return push (m, value);
}

/* The operand is "module\nname\n". */
static gboolean
op_global (Machine *m, GError **error)
{
  g_autofree char *text = g_strndup ((const char *) m->text, m->length - 1);
  char *end = strchr (text, '\n');

  if (end == NULL)
    return fail (m, error, "%s with a zero byte in its name", m->opcode);
  *end = '\0';
  return push_symbol (m, text, end + 1, error);
}

static gboolean
op_stack_global (Machine *m, GError **error)
{
  const PzValue *module, *name;

  if (!need (m, 2, error))
    return FALSE;
  name = pop (m);
  module = pop (m);
  if (module->kind != PZ_VALUE_STRING || name->kind != PZ_VALUE_STRING)
    return fail (m, error, "%s without two names", m->opcode);
  return push_symbol (m, module->text, name->text, error);
}

/* REDUCE and NEWOBJ: equivalent for data. */
static gboolean
op_call (Machine *m, GError **error)
{
  const PzValue *callee, *arguments;
  PzValue *result;

  if (!need (m, 2, error))
    return FALSE;
  arguments = pop (m);
  callee = pop (m);
  if (callee->kind != PZ_VALUE_SYMBOL || arguments->kind != PZ_VALUE_LIST)
    return fail (m, error, "%.200s: %s needs a name and its arguments",
                 pz_pickle_find_subject (m), m->opcode);
  result = callee->global->call != NULL
             ? callee->global->call (m->pickle, callee->global, callee, arguments)
             : NULL;
  if (result == NULL)
    return fail (m, error, "%.200s: %.200s cannot be made of these %u arguments",
                 pz_pickle_find_subject (m), callee->text, pz_value_get_n_items (arguments));
  return push (m, result);
}

static gboolean
op_build (Machine *m, GError **error)
{
  const PzValue *state;
  PzValue *value;

  if (!need (m, 2, error))
    return FALSE;
  state = pop (m);
  value = top (m);
  if (value->kind != PZ_VALUE_DICT && value->kind != PZ_VALUE_OPAQUE)
    return fail (m, error, "%.200s: %s on what has no state", pz_pickle_find_subject (m),
                 m->opcode);
  if (value->global == NULL || value->global->build == NULL
      || value->global->build (m->pickle, value, state))
    return TRUE;
  return fail (m, error, "%.200s: %s with an object as its own state",
               pz_pickle_find_subject (m), m->opcode);
}

static gboolean
op_persistent_id (Machine *m, GError **error)
{
  PzValue *value;

  if (!need (m, 1, error))
    return FALSE;
  value = pz_pickle_find_persistent (m->pickle, pop (m));
  if (value == NULL)
    return fail (m, error,
                 "%.200s: a storage with its type, key, place and number of elements expected",
                 pz_pickle_find_subject (m));
  return push (m, value);
}

/* ---- the frame ---- */

static gboolean
op_protocol (Machine *m, GError **error)
{
  if (m->number >= 2 && m->number <= 5)
    return TRUE;
  return fail (m, error, "protocol 2 to 5 expected, %" G_GUINT64_FORMAT " found", m->number);
}

static gboolean
op_nothing (Machine *m, GError **error)
{
  (void) m;
  (void) error;
  return TRUE;
}

static gboolean
op_stop (Machine *m, GError **error)
{
  if (m->stack->len != 1 || m->marks->len != 0)
    return fail (m, error, "one value expected at its end, %u found", m->stack->len);
  m->pickle->root = pop (m);
  m->stopped = TRUE;
  return TRUE;
}

/* ---- the table ---- */

const PzPickleOpcode pz_pickle_opcodes[256] = {
  [0x80] = { "PROTO", PZ_OPERAND_U8, op_protocol },
  [0x95] = { "FRAME", PZ_OPERAND_U64, op_nothing },
  ['.'] = { "STOP", PZ_OPERAND_NONE, op_stop },
  ['N'] = { "NONE", PZ_OPERAND_NONE, op_none },
  [0x88] = { "NEWTRUE", PZ_OPERAND_NONE, op_true },
  [0x89] = { "NEWFALSE", PZ_OPERAND_NONE, op_false },
  ['K'] = { "BININT1", PZ_OPERAND_U8, op_uint },
  ['M'] = { "BININT2", PZ_OPERAND_U16, op_uint },
  ['J'] = { "BININT", PZ_OPERAND_U32, op_int32 },
  [0x8a] = { "LONG1", PZ_OPERAND_TEXT8, op_long },
  ['G'] = { "BINFLOAT", PZ_OPERAND_U64, op_float },
  ['X'] = { "BINUNICODE", PZ_OPERAND_TEXT32, op_text },
  [0x8c] = { "SHORT_BINUNICODE", PZ_OPERAND_TEXT8, op_text },
  ['T'] = { "BINSTRING", PZ_OPERAND_TEXT32, op_text },
  ['U'] = { "SHORT_BINSTRING", PZ_OPERAND_TEXT8, op_text },
  ['B'] = { "BINBYTES", PZ_OPERAND_TEXT32, op_bytes },
  ['C'] = { "SHORT_BINBYTES", PZ_OPERAND_TEXT8, op_bytes },
  [']'] = { "EMPTY_LIST", PZ_OPERAND_NONE, op_list },
  [')'] = { "EMPTY_TUPLE", PZ_OPERAND_NONE, op_list },
  [0x8f] = { "EMPTY_SET", PZ_OPERAND_NONE, op_list },
  ['}'] = { "EMPTY_DICT", PZ_OPERAND_NONE, op_dict },
  ['('] = { "MARK", PZ_OPERAND_NONE, op_mark },
  ['t'] = { "TUPLE", PZ_OPERAND_NONE, op_tuple },
  [0x85] = { "TUPLE1", PZ_OPERAND_NONE, op_tuple1 },
  [0x86] = { "TUPLE2", PZ_OPERAND_NONE, op_tuple2 },
  [0x87] = { "TUPLE3", PZ_OPERAND_NONE, op_tuple3 },
  ['a'] = { "APPEND", PZ_OPERAND_NONE, op_append },
  ['e'] = { "APPENDS", PZ_OPERAND_NONE, op_appends },
  [0x90] = { "ADDITEMS", PZ_OPERAND_NONE, op_appends },
  ['s'] = { "SETITEM", PZ_OPERAND_NONE, op_setitem },
  ['u'] = { "SETITEMS", PZ_OPERAND_NONE, op_setitems },
  ['q'] = { "BINPUT", PZ_OPERAND_U8, op_put },
  ['r'] = { "LONG_BINPUT", PZ_OPERAND_U32, op_put },
  [0x94] = { "MEMOIZE", PZ_OPERAND_NONE, op_memoize },
  ['h'] = { "BINGET", PZ_OPERAND_U8, op_get },
  ['j'] = { "LONG_BINGET", PZ_OPERAND_U32, op_get },
  ['c'] = { "GLOBAL", PZ_OPERAND_LINES, op_global },
  [0x93] = { "STACK_GLOBAL", PZ_OPERAND_NONE, op_stack_global },
  ['R'] = { "REDUCE", PZ_OPERAND_NONE, op_call },
  [0x81] = { "NEWOBJ", PZ_OPERAND_NONE, op_call },
  ['b'] = { "BUILD", PZ_OPERAND_NONE, op_build },
  ['Q'] = { "BINPERSID", PZ_OPERAND_NONE, op_persistent_id },
};
