/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The machine behind pickle.h, for torch-file.c and torch-legacy.c, which hand it bytes and say
 * where its storages lie, and for pickle-globals.c, which knows what may be called.
 */
#pragma once

#include "models/files/pickle.h"

G_BEGIN_DECLS

/* One run of elements in the file; tensors are views of it. */
typedef struct
{
  const char *key;
  PzFileDtype dtype;
  guint64 n_elements;
  PzByteSource *source; /* set by the container; NULL = it is not in the file; not owned */
  guint64 offset_bytes, n_bytes; /* where in the source, and what is there */
} PzPickleStorage;

/* A view as the pickle has it: nothing is checked yet. */
typedef struct
{
  PzFileTensor tensor; /* dims and strides as found; the rest by the container */
  PzPickleStorage *storage;
  guint64 first, end; /* elements of the storage that it may use */
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
  const PzPickleGlobal *global; /* SYMBOL: its row; DICT, OPAQUE: the row that made it */
};

typedef struct
{
  char *path; /* for messages */
  PzValue *root;
  GPtrArray *values; /* owns every PzValue */
  GPtrArray *storages; /* PzPickleStorage, in order of their first use */
  GHashTable *by_key; /* key -> PzPickleStorage */
  GStringChunk *texts;
  PzReadBudget budget;
} PzPickle;

/* Reads one pickle; *n_read is set to its length. Returns (transfer full), or NULL with BAD_FILE:
 * the message has the byte it happened at. */
PzPickle *
pz_pickle_read (const char *path, const guint8 *data, gsize n, gsize *n_read, GError **error);
void pz_pickle_free (PzPickle *pickle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPickle, pz_pickle_free)

/* ---- within the machine: pickle-value.c ---- */

PzPickle *pz_pickle_new (const char *path);
/* Fails with BAD_FILE where the tree is too deep, has too many values, or contains itself. */
gboolean pz_pickle_check_tree (PzPickle *pickle, GError **error);

/* ---- between the machine and the globals ---- */

/* One row of what a pickle may name. */
struct _PzPickleGlobal
{
  const char *module; /* ending in "." : all modules below it */
  const char *name; /* NULL = any */
  /* What a call gives; NULL = it is only ever named. Answers NULL where the arguments do not
   * fit. */
  PzValue *(*call) (PzPickle *pickle,
                    const PzPickleGlobal *global,
                    const PzValue *callee,
                    const PzValue *arguments);
  /* What BUILD does with its state; NULL = nothing. FALSE where the state is the value itself. */
  gboolean (*build) (PzPickle *pickle, PzValue *value, const PzValue *state);
  gboolean is_storage;
  PzFileDtype dtype; /* of a storage */
};

/* NULL if no row allows it. */
const PzPickleGlobal *pz_pickle_global_find (const char *module, const char *name);

PzValue *pz_pickle_new_value (PzPickle *pickle, PzValueKind kind);
/* Copies; STRING, or BYTES where it is no text. */
PzValue *pz_pickle_new_text (PzPickle *pickle, const guint8 *bytes, gsize length);
/* One more copy of the budget: the machine stops when that is spent, whoever spent it. FALSE then. */
gboolean pz_pickle_add_item (PzPickle *pickle, PzValue *list, const PzValue *item);
/* What a persistent id stands for: ("storage", type, key, location, number of elements, and in
 * legacy files the view), or in legacy files ("module", class, ...). NULL if it is neither. */
PzValue *pz_pickle_find_persistent (PzPickle *pickle, const PzValue *id);

G_END_DECLS
