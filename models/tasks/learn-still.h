/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When to stop without looking at pictures. The loss of a step says little, because noise levels differ. On samples that are
 * the same every time, the loss falls and then levels off (Voronov et al., "Is this loss informative?", 2023: DVAR).
 *
 * Pure functions. Thread: any.
 */
#pragma once

#include "models/tasks/learn-state.h"

G_BEGIN_DECLS

/* The step number whose random choices define the fixed batch. No run reaches it. */
#define PZ_LEARN_STILL_STEP (G_MAXUINT64 - 1)

/* The number of steps between evaluations of the fixed batch. */
guint pz_learn_still_every (guint n_steps, gboolean until_still);

/* Whether the variance of the last losses on the fixed batch is small compared with that of all of them. rows: of
 * PzLearnRow. */
gboolean pz_learn_is_still (const GArray *rows);

G_END_DECLS
