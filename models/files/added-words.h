/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words added to a vocabulary (added_tokens.json). Each is a single token wherever it occurs in a text: the text is split there
 * before byte pairs are merged.
 *
 * Thread: any (immutable once filled).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PzAddedWords PzAddedWords;

PzAddedWords *pz_added_words_new (void);
void pz_added_words_free (PzAddedWords *words);

/* text: normalised like the texts that are searched; not empty. */
void pz_added_words_add (PzAddedWords *words, const char *text, guint id);

/* Finds the first position in the text at which one of the words occurs, and the longest word there. Returns the position and
 * sets *length, in bytes, and *id; NULL if there is none. */
const char *
pz_added_words_find (const PzAddedWords *words, const char *text, gsize *length, guint *id);

G_END_DECLS
