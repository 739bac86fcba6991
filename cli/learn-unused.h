/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options of `personalize learn` that would have no effect beside the others.
 */
#pragma once

#include "cli/learn-options.h"

/* For options whose things, people, output and numbers are understood. Fails with USAGE_ERROR naming the first option that
 * the method or another option leaves unused. */
gboolean
pz_learn_check_unused (const PzLearnOptions *o, const PzLearnMethod *method, GError **error);
