/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The losses of a learning run, as a table and as a picture.
 */
#pragma once

#include "models/learn.h"

/* steps: of PzLearnStep, in order. The files are written by the rules of pz_output_write (). */
gboolean
pz_loss_curve_save_csv (const GArray *steps, const char *path, gboolean force, GError **error);
/* Grey: the loss of each step; dark: the smoothed level, which falls visibly. Each is scaled from 0 to its own maximum. */
gboolean
pz_loss_curve_save_png (const GArray *steps, const char *path, gboolean force, GError **error);
