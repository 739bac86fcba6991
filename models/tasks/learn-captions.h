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
#include "models/tasks/learn-draws.h"

G_BEGIN_DECLS

/* The lines of a set, "{}" where the thing stands; NULL = there is no such set. (transfer full) of char * */
GPtrArray *pz_learn_captions_list (const char *templates);

/* Rows of ids: for each thing its lines, each as often as there are wordings; then those of the classes. */
typedef struct
{
  guint n; /* lines of a thing */
  guint n_wordings; /* 1, or PZ_LEARN_N_WORDINGS */
  guint n_things, n_tokens;
  gint32 *ids; /* [n_things * n * n_wordings + n_things, n_tokens] */
  gint32 *columns; /* of each row: where the thing's first word stands; 0 for a class */
} PzLearnCaptions;

typedef struct
{
  const PzTokenizer *tokenizer;
  guint vocab_size, max_tokens, width; /* of the text encoder */
  guint
    n_vectors; /* of all things: ids vocab_size + j stand in their places; 0 = a text does */
  const char *const *texts; /* of each thing, in its place where there are no vectors */
  const char *const *class_words; /* behind each thing's place; NULL = nothing */
  const char *const *class_lines; /* captions of each class; NULL = none */
  guint n_things;
  gboolean worded; /* each line also with the words for small and large pictures in front */
} PzLearnCaptionParams;

/* Fails with BAD_INPUT: a line without "{}", or one that has no room for the thing. lines: of char *. */
gboolean pz_learn_captions_init (PzLearnCaptions *captions,
                                 GPtrArray *lines,
                                 const PzLearnCaptionParams *params,
                                 GError **error);
void pz_learn_captions_clear (PzLearnCaptions *captions);

/* The row of ids of a thing's line with a wording, and of its class. */
guint
pz_learn_captions_row (const PzLearnCaptions *captions, guint thing, guint line, guint wording);
guint pz_learn_captions_class_row (const PzLearnCaptions *captions, guint thing);

G_END_DECLS
