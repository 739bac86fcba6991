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

/* The lines of captions: the params' own, or those of its templates. (transfer full) of char * */
GPtrArray *pz_learn_params_captions (const PzLearnParams *filled);

/* What makes a run the one it is: key, value, ..., NULL, for checkpoints. (transfer full) of char * */
GPtrArray *pz_learn_params_settings (const PzLearnParams *filled,
                                     const char *model_fingerprint,
                                     gboolean f32);

/* The recipe of what was learned: JSON without paths and prompts. (transfer full) */
char *pz_learn_params_recipe (const PzLearnParams *filled,
                              const PzModelInfo *info,
                              guint steps,
                              const char *device,
                              gboolean f32);

G_END_DECLS
