/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's byte-pair tokenizer, from vocab.json and merges.txt (openai/CLIP simple_tokenizer.py; text normalisation as in Hugging
 * Face's CLIPTokenizerFast: canonical composition, collapsed white space, lower case character by character).
 * Thread: any (immutable).
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct _PzTokenizer PzTokenizer;

/* Reads vocab.json, merges.txt and, if they exist, added_tokens.json (words that are one token each), special_tokens_map.json
 * and tokenizer_config.json (names of the begin, end and padding tokens; the default padding token is the end token). Returns
 * (transfer full), or NULL with BAD_FILE naming file and line. */
PzTokenizer *pz_tokenizer_open (const char *folder, GError **error);
/* Uses CLIP's published vocabulary, which is built in because files that hold a whole model do not contain it. `pad` is the
 * padding token, NULL = the end token. (transfer full) */
PzTokenizer *pz_tokenizer_new_clip (const char *pad);
void pz_tokenizer_free (PzTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzTokenizer, pz_tokenizer_free)

guint pz_tokenizer_get_vocab_size (const PzTokenizer *tokenizer); /* largest id + 1 */
guint pz_tokenizer_get_begin (const PzTokenizer *tokenizer);
guint pz_tokenizer_get_end (const PzTokenizer *tokenizer);
guint pz_tokenizer_get_pad (const PzTokenizer *tokenizer);

/* The text of a token in the vocabulary, with "</w>" if it ends a word; NULL if no token has this id. */
const char *pz_tokenizer_get_token (const PzTokenizer *tokenizer, guint id);

/* Appends the token ids (guint) of a text to an array of guint, without begin, end and padding. Bytes that are not valid UTF-8
 * count as U+FFFD. A negative length means NUL-terminated. */
void pz_tokenizer_encode (const PzTokenizer *tokenizer,
                          const char *text,
                          gssize length,
                          GArray *ids);

G_END_DECLS
