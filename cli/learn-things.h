/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The things to learn, as given on the command line: --name, --class-word, --shows.
 */
#pragma once

#include "cli/learn-options.h"

/* Sets in o->params the name, the class word, further things, and which thing each picture shows. Fails with
 * USAGE_ERROR naming the option, or BAD_INPUT (a name that is not valid). */
gboolean
pz_learn_things_understand (PzLearnOptions *o, const PzLearnMethod *method, GError **error);

/* The number of values of an option that can be repeated; 0 = not given. */
guint pz_list_length (char **list);
