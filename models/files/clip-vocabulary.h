/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's published vocabulary. It is built in because files that hold a whole model do not contain it.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The byte pair table in the format of a merges.txt. (transfer full) */
char *pz_clip_vocabulary_merges (void);

/* The tokens in the order of their ids: bytes, bytes at the end of a word, pairs, begin, end. (transfer full) array of
 * strings. */
GPtrArray *pz_clip_vocabulary_tokens (const char *merges);

/* Bytes are represented by printable characters: printable Latin-1 characters by themselves, the others in order by U+0100 and
 * up (openai/CLIP, bytes_to_unicode). */
gboolean pz_clip_byte_is_visible (guint byte);
void pz_clip_byte_letters (gunichar letters[256]);

G_END_DECLS
