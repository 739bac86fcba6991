/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of judging that compares faces, as Celeb Basis' evaluation does.
 */
#pragma once

#include "cli/judging.h"

/* Fills PZ_VIEW_FACE of the looks. Fails as face detection does. */
gboolean pz_judging_see_faces (PzJudging *judging, GPtrArray *looks, GError **error);
