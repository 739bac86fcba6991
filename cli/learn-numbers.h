/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The numbers among the options of `personalize learn`.
 */
#pragma once

#include "cli/learn-options.h"

/* Sets the numbers of o->params; those that were not given become 0. Fails with USAGE_ERROR naming the option. */
gboolean pz_learn_numbers_understand (PzLearnOptions *o, GError **error);
