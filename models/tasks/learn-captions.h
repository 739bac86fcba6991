/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Captions to learn with (methods: Textual Inversion, training), as token ids.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tokenizer.h"
#include "models/learn.h"

G_BEGIN_DECLS

/* The lines of a set, "{}" where the thing stands; NULL = there is no such set. (transfer full) of char * */
GPtrArray *pz_learn_captions_list (const char *templates);

typedef struct
{
  guint n, n_tokens;
  gint32 *ids; /* [n, n_tokens] */
  gint32 *columns; /* [n]: where the first of them stands */
} PzLearnCaptions;

typedef struct
{
  const PzTokenizer *tokenizer;
  guint vocab_size, max_tokens, width; /* of the text encoder */
  guint n_vectors; /* ids vocab_size + j stand in the thing's place; 0 = its class word does */
  const char *class_word;
} PzLearnCaptionParams;

/* Fails with BAD_INPUT: a line without "{}", or one that has no room for the thing. lines: of char *. */
gboolean pz_learn_captions_init (PzLearnCaptions *captions,
                                 GPtrArray *lines,
                                 const PzLearnCaptionParams *params,
                                 GError **error);
void pz_learn_captions_clear (PzLearnCaptions *captions);

G_END_DECLS
