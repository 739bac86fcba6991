/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of judging that asks who is in a picture, as Celeb Basis' evaluation does.
 */
#pragma once

#include "cli/judging.h"

/* Fills PZ_VIEW_FACE of looks. Fails as finding faces does. */
gboolean pz_judging_see_faces (PzJudging *judging, GPtrArray *looks, GError **error);
