/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When to stop without looking at pictures: the loss of a step says little, for noise levels differ; on samples that are
 * the same every time it falls and then stays (Voronov et al., "Is this loss informative?", 2023: DVAR).
 *
 * Pure functions. Thread: any.
 */
#pragma once

#include "models/tasks/learn-state.h"

G_BEGIN_DECLS

/* The step whose draws are the fixed batch: no run has it. */
#define PZ_LEARN_STILL_STEP (G_MAXUINT64 - 1)

/* Every how many steps the fixed batch is looked at. */
guint pz_learn_still_every (guint n_steps, gboolean until_still);

/* Of the losses seen on it, the variance of the last ones has become a small part of that of all. rows: of
 * PzLearnRow. */
gboolean pz_learn_is_still (const GArray *rows);

G_END_DECLS
