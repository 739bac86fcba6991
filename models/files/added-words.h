/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words that somebody added to a vocabulary (added_tokens.json): each is one token wherever it stands in a text, and
 * text is cut there before byte pairs are looked for.
 *
 * Thread: any (immutable once filled).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PzAddedWords PzAddedWords;

PzAddedWords *pz_added_words_new (void);
void pz_added_words_free (PzAddedWords *words);

/* text: as texts are looked through, normalised; not empty. */
void pz_added_words_add (PzAddedWords *words, const char *text, guint id);

/* The first place in the text where one of them stands, the longest there. Its bytes are in *length. NULL where
 * there is none. */
const char *
pz_added_words_find (const PzAddedWords *words, const char *text, gsize *length, guint *id);

G_END_DECLS
