/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress of learning: the loss chart, sample pictures, newest first, and a button that requests another one now.
 * Thread: main.
 *
 * Signal "try": the button was pressed.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/learn.h"

G_BEGIN_DECLS

#define PZ_TYPE_LEARN_PROGRESS (pz_learn_progress_get_type ())
G_DECLARE_FINAL_TYPE (PzLearnProgress, pz_learn_progress, PZ, LEARN_PROGRESS, GtkBox)

GtkWidget *pz_learn_progress_new (void);

/* Call this when a run starts: clears everything. */
void pz_learn_progress_clear (PzLearnProgress *progress);
void pz_learn_progress_add_step (PzLearnProgress *progress, const PzLearnStep *step);
void pz_learn_progress_add_sample (PzLearnProgress *progress, guint step, const PzImage *image);
/* Whether sample pictures can be requested. */
void pz_learn_progress_set_learning (PzLearnProgress *progress, gboolean learning);

G_END_DECLS
