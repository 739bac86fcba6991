/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Progress as text in the user's language. Thread: any.
 */
#pragma once

#include "models/learn.h"

G_BEGIN_DECLS

/* "Variant 2 of 4 · step 3 of 4 · about 6 s left". (transfer full) */
char *pz_progress_text (const PzProgress *progress);
/* For learning: "Step 12 of 25 · about 8 s left". (transfer full) */
char *pz_learn_step_text (const PzLearnStep *step);

G_END_DECLS
