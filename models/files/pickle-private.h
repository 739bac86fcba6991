/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Interface of the machine behind pickle.h for torch-file.c and torch-legacy.c, which supply the bytes and locate the storages,
 * and for pickle-globals.c, which defines what may be called.
 */
#pragma once

#include "models/files/pickle.h"

G_BEGIN_DECLS

/* A contiguous run of elements in the file. Tensors are views of it. */
typedef struct
{
  const char *key;
  PzFileDtype dtype;
  guint64 n_elements;
  PzByteSource *source; /* set by the container; NULL = not in the file; not owned */
  guint64 offset_bytes, n_bytes; /* position in the source, and the bytes present there */
} PzPickleStorage;

/* A view as described by the pickle: nothing is checked yet. */
typedef struct
{
  PzFileTensor tensor; /* dims and strides from the pickle; the rest is set by the container */
  PzPickleStorage *storage;
  guint64 first, end; /* range of the storage's elements that it may use */
} PzPickleTensor;

typedef struct _PzPickleGlobal PzPickleGlobal;

struct _PzValue
{
  PzValueKind kind;
  union
  {
    gint64 integer;
    double number;
    const char *text; /* STRING, BYTES, SYMBOL, OPAQUE */
    GPtrArray *items; /* LIST: values; DICT: key, value, ...; NULL = none */
    PzPickleTensor *tensor;
    struct
    {
      PzPickleStorage *storage;
      guint64 first, n_elements; /* of the storage */
    };
  };
  gsize length; /* bytes of text */
  const PzPickleGlobal *global; /* SYMBOL: its row; DICT, OPAQUE: the row that created it */
};

typedef struct
{
  char *path; /* for messages */
  PzValue *root;
  GPtrArray *values; /* owns every PzValue */
  GPtrArray *storages; /* PzPickleStorage, in order of first use */
  GHashTable *by_key; /* key -> PzPickleStorage */
  GStringChunk *texts;
  PzReadBudget budget;
} PzPickle;

/* Reads one pickle and sets *n_read to its length. Returns (transfer full), or NULL with BAD_FILE: the message gives the byte
 * at which it failed. */
PzPickle *
pz_pickle_read (const char *path, const guint8 *data, gsize n, gsize *n_read, GError **error);
void pz_pickle_free (PzPickle *pickle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPickle, pz_pickle_free)

/* ---- internal to the machine: pickle-value.c ---- */

PzPickle *pz_pickle_new (const char *path);
/* Fails with BAD_FILE if the tree is too deep, has too many values, or contains itself. */
gboolean pz_pickle_check_tree (PzPickle *pickle, GError **error);

/* ---- between the machine and the globals ---- */

/* One row of the table of names that a pickle may use. */
struct _PzPickleGlobal
{
  const char *module; /* ends in ".": all modules below it */
  const char *name; /* NULL = any */
  /* Returns the result of a call, or NULL if the arguments do not match. A NULL pointer means that the name may be used, but
   * not called. */
  PzValue *(*call) (PzPickle *pickle,
                    const PzPickleGlobal *global,
                    const PzValue *callee,
                    const PzValue *arguments);
  /* What BUILD does with its state; NULL = nothing. FALSE if the state is the value itself. */
  gboolean (*build) (PzPickle *pickle, PzValue *value, const PzValue *state);
  gboolean is_storage;
  PzFileDtype dtype; /* storages only */
};

/* NULL if no row allows the name. */
const PzPickleGlobal *pz_pickle_global_find (const char *module, const char *name);

PzValue *pz_pickle_new_value (PzPickle *pickle, PzValueKind kind);
/* Copies the bytes. The value is a STRING, or BYTES if they are not valid UTF-8. */
PzValue *pz_pickle_new_text (PzPickle *pickle, const guint8 *bytes, gsize length);
/* Appends an item and takes one copy from the budget. Returns FALSE if the budget is exhausted; the machine then stops,
 * whichever function exhausted it. */
gboolean pz_pickle_add_item (PzPickle *pickle, PzValue *list, const PzValue *item);
/* Resolves a persistent id: ("storage", type, key, location, number of elements, and in legacy files the view), or in legacy
 * files ("module", class, ...). NULL if it is neither. */
PzValue *pz_pickle_find_persistent (PzPickle *pickle, const PzValue *id);

G_END_DECLS
