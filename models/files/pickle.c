/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads and runs the opcodes, within the limits of pickle.h.
 */
#include <string.h>

#include "models/files/pickle-machine.h"

#define fail pz_pickle_fail

typedef PzPickleMachine Machine;

gboolean
pz_pickle_fail (const PzPickleMachine *m, GError **error, const char *format, ...)
{
  g_autofree char *found = NULL;
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  found = g_strdup_vprintf (format, args);
  va_end (args);
  what = g_utf8_make_valid (found, -1); /* names may be cut within a character */
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: byte %" G_GSIZE_FORMAT " of its pickle: %s", m->pickle->path, m->at, what);
  return FALSE;
}

static const guint8 operand_bytes[] = {
  [PZ_OPERAND_U8] = 1,    [PZ_OPERAND_U16] = 2,    [PZ_OPERAND_U32] = 4,   [PZ_OPERAND_U64] = 8,
  [PZ_OPERAND_TEXT8] = 1, [PZ_OPERAND_TEXT32] = 4, [PZ_OPERAND_LINES] = 0,
};

static gboolean
is_text (PzPickleOperand operand)
{
  return operand == PZ_OPERAND_TEXT8 || operand == PZ_OPERAND_TEXT32;
}

/* The length of two lines from here, including the second newline; 0 if there are not two. */
static gsize
measure_lines (const Machine *m)
{
  const guint8 *from = m->data + m->at;
  const guint8 *end = memchr (from, '\n', m->n - m->at);

  end = end != NULL ? memchr (end + 1, '\n', (gsize) (m->data + m->n - end - 1)) : NULL;
  return end != NULL ? (gsize) (end + 1 - from) : 0;
}

static gboolean
read_operand (Machine *m, PzPickleOperand operand, GError **error)
{
  const gsize n_bytes = operand_bytes[operand];

  if (m->n - m->at < n_bytes)
    return fail (m, error, "it ends within %s: truncated?", m->opcode);
  m->number = 0;
  for (gsize i = n_bytes; i-- > 0;)
    m->number = m->number << 8 | m->data[m->at + i];
  m->at += n_bytes;
  m->length = is_text (operand) ? m->number : 0;
  if (operand == PZ_OPERAND_LINES && (m->length = measure_lines (m)) == 0)
    return fail (m, error, "%s without its two lines: truncated?", m->opcode);
  if (m->length > m->n - m->at)
    return fail (m, error,
                 "%s of %" G_GSIZE_FORMAT " bytes, but only %" G_GSIZE_FORMAT " follow",
                 m->opcode, m->length, m->n - m->at);
  m->text = m->data + m->at;
  m->at += m->length;
  return TRUE;
}

/* An exceeded budget takes precedence over any other error of the opcode. */
static gboolean
run_opcode (Machine *m, const PzPickleOpcode *opcode, GError **error)
{
  g_autoptr (GError) reason = NULL;
  const gboolean good = opcode->run (m, &reason);
  g_autofree char *excess = pz_budget_describe_excess (&m->pickle->budget);

  if (excess != NULL)
    return fail (m, error, "%.200s: %s", pz_pickle_find_subject (m), excess);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&reason));
  return good;
}

static gboolean
step (Machine *m, GError **error)
{
  guint8 code;

  if (m->at == m->n)
    return fail (m, error, "it ends without STOP: truncated?");
  code = m->data[m->at];
  if (pz_pickle_opcodes[code].name == NULL)
    return fail (m, error, "opcode 0x%02x is not one that files of weights have: refused",
                 code);
  m->at++;
  m->opcode = pz_pickle_opcodes[code].name;
  return read_operand (m, pz_pickle_opcodes[code].operand, error)
         && run_opcode (m, &pz_pickle_opcodes[code], error);
}

static gboolean
run (Machine *m, GError **error)
{
  for (guint i = 0; i < PZ_PICKLE_MAX_STEPS; i++)
    {
      if (!step (m, error))
        return FALSE;
      if (m->stopped)
        return TRUE;
    }
  return fail (m, error, "at most %u opcodes expected", PZ_PICKLE_MAX_STEPS);
}

PzPickle *
pz_pickle_read (const char *path, const guint8 *data, gsize n, gsize *n_read, GError **error)
{
  g_autoptr (PzPickle) pickle = pz_pickle_new (path);
  Machine m = {
    .pickle = pickle,
    .data = data,
    .n = n,
    .stack = g_ptr_array_new (),
    .marks = g_array_new (FALSE, FALSE, sizeof (guint)),
    .memo = g_ptr_array_new (),
  };
  const gboolean good = run (&m, error) && pz_pickle_check_tree (pickle, error);

  *n_read = m.at;
  g_ptr_array_unref (m.stack);
  g_array_unref (m.marks);
  g_ptr_array_unref (m.memo);
  return good ? g_steal_pointer (&pickle) : NULL;
}
