/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks the parameters of learning and fills in the defaults. Thread: any.
 */
#pragma once

#include "models/learners/learner.h"

G_BEGIN_DECLS

/* filled: a copy of params in which zeros are replaced by the defaults of the method and the model. Fails with BAD_INPUT,
 * naming the parameter. */
gboolean pz_learn_params_fill (const PzLearnParams *params,
                               const PzModelFolder *model,
                               PzLearnParams *filled,
                               const PzLearner **learner,
                               GError **error);

/* The caption lines: those in params, those of its templates, or the method's. (transfer full) array of char * */
GPtrArray *pz_learn_params_captions (const PzLearnParams *filled, const PzLearner *learner);

/* The text for a thing in captions without vectors: its class word, preceded by its name if that consists of existing tokens.
 * NULL = none. (transfer full) */
char *
pz_learn_params_thing_text (const PzLearnParams *filled, const PzLearner *learner, guint thing);
/* The caption for the thing's class. (transfer full) */
char *
pz_learn_params_class_line (const PzLearnParams *filled, const PzLearner *learner, guint thing);

/* The settings that identify a run, for checkpoints: key, value, ..., NULL. A key is there for every run of a method, whatever its
 * value, since a checkpoint is only asked for the keys of the run that resumes it. (transfer full) array of char * */
GPtrArray *pz_learn_params_settings (const PzLearnParams *filled,
                                     const PzModelFingerprints *fingerprints,
                                     const char *precision);

/* The recipe of the result: JSON without paths and prompts. (transfer full) */
char *pz_learn_params_recipe (const PzLearnParams *filled,
                              const PzModelInfo *info,
                              guint steps,
                              const char *device,
                              const char *precision);

G_END_DECLS
