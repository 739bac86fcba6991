/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be asked of learning, with the defaults filled in. Thread: any.
 */
#pragma once

#include "models/learners/learner.h"

G_BEGIN_DECLS

/* filled: a copy of params whose zeros are the method's and the model's own. Fails with BAD_INPUT, by name. */
gboolean pz_learn_params_fill (const PzLearnParams *params,
                               const PzModelFolder *model,
                               PzLearnParams *filled,
                               const PzLearner **learner,
                               GError **error);

/* The lines of captions: the params' own, those of its templates, or the method's. (transfer full) of char * */
GPtrArray *pz_learn_params_captions (const PzLearnParams *filled, const PzLearner *learner);

/* What stands for a thing in texts where no vectors do: its class word, behind its name where that is a word already. NULL = nothing.
 * (transfer full) */
char *
pz_learn_params_thing_text (const PzLearnParams *filled, const PzLearner *learner, guint thing);
/* The caption of its class. (transfer full) */
char *
pz_learn_params_class_line (const PzLearnParams *filled, const PzLearner *learner, guint thing);

/* What makes a run the one it is: key, value, ..., NULL, for checkpoints. (transfer full) of char * */
GPtrArray *pz_learn_params_settings (const PzLearnParams *filled,
                                     const char *model_fingerprint,
                                     const char *precision);

/* The recipe of what was learned: JSON without paths and prompts. (transfer full) */
char *pz_learn_params_recipe (const PzLearnParams *filled,
                              const PzModelInfo *info,
                              guint steps,
                              const char *device,
                              const char *precision);

G_END_DECLS
