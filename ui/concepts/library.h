/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What pictures can be made of and with: saved concepts, and files that others have learned, in the folders where the
 * program looks for them. Thread: main, except where noted.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_LIBRARY_CONCEPT, /* a button on the page Generate */
  PZ_LIBRARY_WORD, /* written in a prompt */
  PZ_LIBRARY_LORA, /* <lora:NAME:1> in a prompt */
  PZ_LIBRARY_ADAPTER, /* for the text encoder */
  PZ_LIBRARY_ENCODING, /* an encoded prompt */
} PzLibraryKind;

/* Immutable, reference-counted. Thread: any. */
typedef struct
{
  PzLibraryKind kind;
  char *path;
  char *title; /* for words and LoRA files: as written in a prompt */
  char *method; /* for display, translated: its kind, or how it was learned */
  char *model; /* name of the model it belongs to; NULL = unknown, or any of its family */
  char *key_words; /* trigger words given by the author of a LoRA; NULL = none */
  guint64 size_bytes;
  gint64 modified_s; /* Unix time */
  PzImage *thumbnail; /* RGB; NULL = none */
  char *problem; /* why it cannot be used, a sentence; NULL = it can be used */
  gboolean renames; /* can be renamed: the name is the file's, or is stored in a file of ours */
} PzLibraryItem;

PzLibraryItem *pz_library_item_ref (PzLibraryItem *item);
void pz_library_item_unref (PzLibraryItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLibraryItem, pz_library_item_unref)

/* Whether its name, method or model contains that text, ignoring case. */
gboolean pz_library_item_matches (const PzLibraryItem *item, const char *text);
/* "Textual Inversion · pz-small · 30 Nov 2026 · 28.4 kB". (transfer full) */
char *pz_library_item_describe (const PzLibraryItem *item);

/* Reads the library as it is now, in a background thread. model: the open one; NULL = none is open, and compatibility
 * is not checked. beside: see pz_model_search_path (). */
void pz_library_read_async (const PzModelInfo *model,
                            const char *beside,
                            GCancellable *cancellable,
                            GAsyncReadyCallback done,
                            gpointer data);
/* (transfer full) array of PzLibraryItem, sorted by kind, concepts first, then by title; NULL = cancelled. */
GPtrArray *pz_library_read_finish (GAsyncResult *result);

G_END_DECLS
