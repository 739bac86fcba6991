/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Captions for learning (methods: Textual Inversion, training), as token ids.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tokenizer.h"
#include "models/learn.h"
#include "models/tasks/learn-draws.h"

G_BEGIN_DECLS

/* The lines of a caption set, with "{}" for the thing; NULL = there is no such set. (transfer full) array of char * */
GPtrArray *pz_learn_captions_list (const char *templates);

/* Rows of token ids: for each thing its lines, each line in every wording; then one row per class. */
typedef struct
{
  guint n; /* lines per thing */
  guint n_wordings; /* 1, or PZ_LEARN_N_WORDINGS */
  guint n_things, n_tokens;
  gint32 *ids; /* [n_things * n * n_wordings + n_things, n_tokens] */
  gint32 *columns; /* [rows]: position of the thing's first word; 0 for a class */
} PzLearnCaptions;

typedef struct
{
  const PzTokenizer *tokenizer;
  guint vocab_size, max_tokens, width; /* of the text encoder */
  guint n_vectors; /* of all things; they have ids vocab_size + j; 0 = use texts */
  const char *const *texts; /* of each thing; replace "{}" if there are no vectors */
  const char *const *class_words; /* appended to each thing; NULL = nothing */
  const char *const *class_lines; /* captions of each class; NULL = none */
  guint n_things;
  gboolean worded; /* repeat each line with prefixes for small and large pictures */
} PzLearnCaptionParams;

/* Fails with BAD_INPUT for a line without "{}", or one that is too long for the text encoder. lines: of char *. */
gboolean pz_learn_captions_init (PzLearnCaptions *captions,
                                 GPtrArray *lines,
                                 const PzLearnCaptionParams *params,
                                 GError **error);
void pz_learn_captions_clear (PzLearnCaptions *captions);

/* Row indices: of a thing's line in one wording, and of a thing's class. */
guint
pz_learn_captions_row (const PzLearnCaptions *captions, guint thing, guint line, guint wording);
guint pz_learn_captions_class_row (const PzLearnCaptions *captions, guint thing);

G_END_DECLS
