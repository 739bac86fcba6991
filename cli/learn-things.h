/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The things that are learned, as the command line names them: --name, --class-word, --shows.
 */
#pragma once

#include "cli/learn-options.h"

/* Fills name, class word, further things and which picture shows which of o->params. BAD_INPUT names the option. */
gboolean
pz_learn_things_understand (PzLearnOptions *o, const PzLearnMethod *method, GError **error);

/* Of an option that may be given again; 0 = never given. */
guint pz_list_length (char **list);
