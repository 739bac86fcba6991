/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The losses of a run of learning, as a table and as a picture.
 */
#pragma once

#include "models/learn.h"

/* steps: of PzLearnStep, in order. Files are written by the rules of pz_output_write (). */
gboolean
pz_loss_curve_save_csv (const GArray *steps, const char *path, gboolean force, GError **error);
/* Grey: each step's loss; dark: the level, which falls visibly. Both from 0 to their most. */
gboolean
pz_loss_curve_save_png (const GArray *steps, const char *path, gboolean force, GError **error);
