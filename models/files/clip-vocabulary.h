/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's published vocabulary, built in: files that hold a whole model in one leave it out.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The table of byte pairs in the form of a merges.txt. (transfer full) */
char *pz_clip_vocabulary_merges (void);

/* The tokens in the order of their ids: bytes, bytes that end a word, pairs, begin, end. (transfer
 * full) array of strings. */
GPtrArray *pz_clip_vocabulary_tokens (const char *merges);

/* Bytes are written as visible characters: those of Latin-1 that are visible as themselves, the
 * others as U+0100 and up in order (openai/CLIP, bytes_to_unicode). */
gboolean pz_clip_byte_is_visible (guint byte);
void pz_clip_byte_letters (gunichar letters[256]);

G_END_DECLS
