/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The input bytes select among opcodes that are valid in the current state. The generator tracks the kinds of the values on
 * the stack (names, lists, dictionaries, storages), so that most inputs get far into the reader. The resulting pickle is also
 * put into the old torch container, whose storages need no archive, and read as a tensor file.
 */
#include <string.h>

#include "models/files/pickle-private.h"
#include "tests/fuzz/fuzz-file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/patience.h"

#define MAX_STACK 64
#define MAX_MEMO 16
#define MAX_REPEAT 200
#define N_KEYS 3
#define STORAGE_ELEMENTS 4
/* The read budget allows a few million copies and 64 MiB of names, which takes at most this long under a sanitizer. */
#define MOST_SECONDS 20

typedef enum
{
  ANY,
  TEXT,
  NUMBER,
  LIST,
  DICT,
  SYMBOL,
  STORAGE,
  OBJECT,
} Kind;

typedef struct
{
  GByteArray *out;
  const guint8 *at, *end; /* choices that are left */
  Kind stack[MAX_STACK];
  guint n;
  guint marks[MAX_STACK];
  guint n_marks;
  Kind memo[MAX_MEMO];
  guint n_memo;
} Writer;

static guint
choose (Writer *w, guint n)
{
  return w->at < w->end ? *w->at++ % n : 0;
}

static void
put (Writer *w, const void *bytes, gsize n)
{
  g_byte_array_append (w->out, bytes, (guint) n);
}

static void
put_op (Writer *w, char op)
{
  put (w, &op, 1);
}

static void
push (Writer *w, Kind kind)
{
  if (w->n < MAX_STACK)
    w->stack[w->n++] = kind;
}

static guint
height (const Writer *w)
{
  return w->n - (w->n_marks > 0 ? w->marks[w->n_marks - 1] : 0);
}

static Kind
top (const Writer *w, guint below)
{
  return height (w) > below ? w->stack[w->n - 1 - below] : ANY;
}

/* ---- values ---- */

static const char *const texts[] = { "w",      "state_dict",    "storage", "cpu", "_parameters",
                                     "module", "little_endian", "0",       "1",   "2" };

static void
put_text (Writer *w, const char *text)
{
  const guint32 n = GUINT32_TO_LE ((guint32) strlen (text));

  put_op (w, 'X');
  put (w, &n, sizeof n);
  put (w, text, strlen (text));
}

static void
text (Writer *w)
{
  put_text (w, texts[choose (w, G_N_ELEMENTS (texts))]);
  push (w, TEXT);
}

/* Thousands of letters, for strings that are concatenated each time they are used. */
static void
long_text (Writer *w)
{
  g_autofree char *letters = g_strnfill (1000 + 200 * (gsize) choose (w, 256), 'A');

  put_text (w, letters);
  push (w, TEXT);
}

static void
number (Writer *w)
{
  static const gint64 numbers[] = { 0, 1, 2, 4, 5, -1, G_MAXINT32, G_MAXINT64, G_MININT64 };
  const gint64 value = GINT64_TO_LE (numbers[choose (w, G_N_ELEMENTS (numbers))]);

  put (w, "\x8a\x08", 2);
  put (w, &value, sizeof value);
  push (w, NUMBER);
}

static void
empty (Writer *w)
{
  static const struct
  {
    char op;
    Kind kind;
  } empties[] = { { ']', LIST }, { ')', LIST },    { '}', DICT },
                  { 'N', ANY },  { '\x8f', LIST }, { '\x88', NUMBER } };
  const guint i = choose (w, G_N_ELEMENTS (empties));

  put_op (w, empties[i].op);
  push (w, empties[i].kind);
}

static void
symbol (Writer *w)
{
  static const char *const names[] = {
    "torch._utils\n_rebuild_tensor_v2\n",
    "torch._utils\n_rebuild_parameter\n",
    "torch\nFloatStorage\n",
    "torch\nHalfStorage\n",
    "torch\nSize\n",
    "torch\ndevice\n",
    "torch.nn.modules.container\nParameterDict\n",
    "collections\nOrderedDict\n",
    "collections\ndefaultdict\n",
    "__builtin__\nset\n",
    "builtins\ndict\n",
    "builtins\nobject\n",
    "copy_reg\n_reconstructor\n",
    "__torch__\nA\n",
    "__torch__.a\nB\n",
    "torch.jit._pickle\nbuild_intlist\n",
    "numpy.core.multiarray\nscalar\n",
  };
  const char *name = names[choose (w, G_N_ELEMENTS (names))];

  put_op (w, 'c');
  put (w, name, strlen (name));
  push (w, SYMBOL);
}

/* A reference to one of the storages of the container, as the argument of a tensor. */
static void
storage (Writer *w)
{
  const char key[] = { (char) ('0' + choose (w, N_KEYS)), '\0' };

  put_op (w, '(');
  put_text (w, "storage");
  put (w, "ctorch\nFloatStorage\n", strlen ("ctorch\nFloatStorage\n"));
  put_text (w, key);
  put_text (w, "cpu");
  put (w, "K\4NtQ", 5);
  push (w, STORAGE);
}

/* The input selects sizes and strides; everything else is as PyTorch writes it. */
static void
tensor (Writer *w)
{
  const char *head = "ctorch._utils\n_rebuild_tensor_v2\n(";
  const guint n_dims = choose (w, 4);

  put (w, head, strlen (head));
  storage (w);
  w->n--;
  put (w, "K", 1);
  put_op (w, (char) choose (w, 5));
  for (guint list = 0; list < 2; list++)
    {
      put_op (w, '(');
      for (guint i = 0; i < n_dims; i++)
        {
          number (w);
          w->n--;
        }
      put_op (w, 't');
    }
  put (w, "\x89N", 2);
  put (w, "tR", 2);
  push (w, ANY);
}

/* ---- operations on values ---- */

static void
mark (Writer *w)
{
  if (w->n_marks == MAX_STACK)
    return;
  put_op (w, '(');
  w->marks[w->n_marks++] = w->n;
}

static void
tuple (Writer *w)
{
  const guint n = 1 + choose (w, 3);

  if (n > height (w))
    return;
  put_op (w, (char) (0x84 + n));
  w->n -= n;
  push (w, LIST);
}

/* TUPLE, APPENDS or SETITEMS, depending on the value below the mark. */
static void
close_mark (Writer *w)
{
  guint below;

  if (w->n_marks == 0)
    return;
  below = w->marks[--w->n_marks];
  if (choose (w, 3) > 0 && height (w) > w->n - below
      && (w->stack[below - 1] == LIST
          || (w->stack[below - 1] == DICT && (w->n - below) % 2 == 0)))
    put_op (w, w->stack[below - 1] == LIST ? 'e' : 'u');
  else
    put_op (w, 't');
  w->n = below;
  if (w->out->data[w->out->len - 1] == 't')
    push (w, LIST);
}

static void
add (Writer *w)
{
  if (top (w, 1) == LIST)
    {
      put_op (w, 'a');
      w->n--;
    }
  else if (top (w, 2) == DICT)
    {
      put_op (w, 's');
      w->n -= 2;
    }
}

static void
memo_put (Writer *w)
{
  const guint i = choose (w, MAX_MEMO);

  if (height (w) == 0)
    return;
  put_op (w, 'q');
  put_op (w, (char) i);
  w->n_memo = MAX (w->n_memo, i + 1);
  w->memo[i] = w->stack[w->n - 1];
}

static void
memo_get (Writer *w)
{
  const guint i = choose (w, MAX_MEMO);

  if (i >= w->n_memo || w->memo[i] == ANY)
    return;
  put_op (w, 'h');
  put_op (w, (char) i);
  push (w, w->memo[i]);
}

static void
call (Writer *w)
{
  if (top (w, 1) != SYMBOL || top (w, 0) != LIST)
    return;
  put_op (w, choose (w, 2) == 0 ? 'R' : '\x81');
  w->n -= 2;
  push (w, OBJECT);
}

static void
build (Writer *w)
{
  if (top (w, 1) != OBJECT && top (w, 1) != DICT)
    return;
  put_op (w, 'b');
  w->n--;
}

static void
stack_global (Writer *w)
{
  if (top (w, 0) != TEXT || top (w, 1) != TEXT)
    return;
  put_op (w, '\x93');
  w->n -= 2;
  push (w, SYMBOL);
}

static void step (Writer *w);

/* Repeats a few steps many times: what is cheap once may be expensive in a loop. */
static void
repeat (Writer *w)
{
  const guint8 *from = w->at;
  const guint n_steps = 1 + choose (w, 6);
  const guint times = choose (w, MAX_REPEAT);
  const guint8 *begin = w->at;

  if (from == w->end)
    return;
  for (guint i = 0; i < times; i++)
    {
      w->at = begin;
      for (guint j = 0; j < n_steps && w->at < w->end; j++)
        step (w);
    }
}

static void
step (Writer *w)
{
  static void (*const steps[]) (Writer *w) = {
    text,  long_text,  number,     empty, symbol,   storage,  tensor, mark,  mark,
    tuple, close_mark, close_mark, add,   memo_put, memo_get, call,   build, stack_global,
  };

  const guint i = choose (w, G_N_ELEMENTS (steps));

  if (w->n + 2 < MAX_STACK && w->out->len < 1u << 20)
    steps[i](w);
  else
    close_mark (w);
}

/* Puts everything that is left on the stack into one tuple. */
static void
finish (Writer *w)
{
  while (w->n_marks > 0)
    {
      w->n = w->marks[--w->n_marks];
      put_op (w, 't');
      push (w, LIST);
    }
  put (w, "t.", 2);
}

static GByteArray *
write_pickle (const guint8 *data, gsize size)
{
  Writer w = { .out = g_byte_array_new (), .at = data, .end = data + size };

  put (&w, "\x80\2(", 3);
  while (w.at < w.end)
    {
      const guint8 choice = *w.at;

      if (choice >= 0xf8)
        {
          w.at++;
          repeat (&w);
        }
      else
        step (&w);
    }
  finish (&w);
  return w.out;
}

/* ---- the old container ---- */

#define HEAD \
  "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\2M\xe9\3.\x80\2}(X\xd\0\0\0little_endian\x88u."

static void
read_as_file (const PzPickle *pickle, const GByteArray *bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  const guint64 n = GUINT64_TO_LE (STORAGE_ELEMENTS);
  const float values[STORAGE_ELEMENTS] = { 0, 1, 2, 3 };

  g_byte_array_append (file, (const guint8 *) HEAD, sizeof HEAD - 1);
  g_byte_array_append (file, bytes->data, bytes->len);
  g_byte_array_append (file, (const guint8 *) "\x80\2](", 4);
  for (guint i = 0; i < pickle->storages->len; i++)
    {
      const PzPickleStorage *storage = pickle->storages->pdata[i];
      const guint32 length = GUINT32_TO_LE ((guint32) strlen (storage->key));

      g_byte_array_append (file, (const guint8 *) "X", 1);
      g_byte_array_append (file, (const guint8 *) &length, sizeof length);
      g_byte_array_append (file, (const guint8 *) storage->key, (guint) strlen (storage->key));
    }
  g_byte_array_append (file, (const guint8 *) "e.", 2);
  for (guint i = 0; i < pickle->storages->len; i++)
    {
      g_byte_array_append (file, (const guint8 *) &n, sizeof n);
      g_byte_array_append (file, (const guint8 *) values, sizeof values);
    }
  pz_fuzz_tensor_file (file->data, file->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) bytes = write_pickle (data, size);
  g_autoptr (GError) error = NULL;
  gsize n_read = 0;
  const gint64 start = g_get_monotonic_time ();
  g_autoptr (PzPickle) pickle =
    pz_pickle_read ("fuzz", bytes->data, bytes->len, &n_read, &error);

  g_assert_true ((pickle == NULL) == (error != NULL));
  g_assert_cmpuint (n_read, <=, bytes->len);
  if (pickle != NULL)
    read_as_file (pickle, bytes);
  g_assert_cmpint (g_get_monotonic_time () - start, <, pz_patience_us (MOST_SECONDS));
  return 0;
}
