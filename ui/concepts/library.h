/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What there is to make pictures of and with: saved concepts, and what others have learned, in the folders where the program
 * looks for them. Thread: main, except where said.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_LIBRARY_CONCEPT, /* a chip on the page Generate */
  PZ_LIBRARY_WORD, /* is written in a prompt */
  PZ_LIBRARY_LORA, /* <lora:NAME:1> in a prompt */
  PZ_LIBRARY_ADAPTER, /* of the text encoder */
  PZ_LIBRARY_ENCODING, /* an encoded prompt */
} PzLibraryKind;

/* Immutable, reference-counted. Thread: any. */
typedef struct
{
  PzLibraryKind kind;
  char *path;
  char *title; /* words and LoRA files: as a prompt writes it */
  char *method; /* for people, translated: what it is or how it was learned */
  char *model; /* the name of the one it belongs to; NULL = not known, or any of its family */
  char *key_words; /* that a LoRA's maker says to use; NULL = none said */
  guint64 size_bytes;
  gint64 modified_s; /* Unix time */
  PzImage *thumbnail; /* RGB; NULL = none */
  char *problem; /* why it cannot be used, a sentence; NULL = it can */
  gboolean renames; /* its name is the file's, or in a file of ours */
} PzLibraryItem;

PzLibraryItem *pz_library_item_ref (PzLibraryItem *item);
void pz_library_item_unref (PzLibraryItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLibraryItem, pz_library_item_unref)

/* Whether a part of its name, method or model is that text, in upper or lower case. */
gboolean pz_library_item_matches (const PzLibraryItem *item, const char *text);
/* "Textual Inversion · pz-small · 30 Nov 2026 · 28.4 kB". (transfer full) */
char *pz_library_item_describe (const PzLibraryItem *item);

/* Reads what is there now, on a thread of its own. model: that is open, NULL = none is, and nothing is said of whether things fit;
 * beside: see pz_model_search_path (). */
void pz_library_read_async (const PzModelInfo *model,
                            const char *beside,
                            GCancellable *cancellable,
                            GAsyncReadyCallback done,
                            gpointer data);
/* (transfer full) array of PzLibraryItem, concepts first, by title; NULL = cancelled. */
GPtrArray *pz_library_read_finish (GAsyncResult *result);

G_END_DECLS
