/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize learn, where it learns people: names with pictures, the basis, and the folder that everything is written to.
 */
#pragma once

#include "cli/learn-options.h"

/* Splits each picture's TOKEN=FILE; where it goes: BAD_INPUT or USAGE_ERROR name the option. */
gboolean pz_learn_people_understand (PzLearnOptions *o, GError **error);

/* Whether people are told apart by their faces. */
gboolean pz_learn_people_are_faces (const PzLearnOptions *o);

/* The basis that a file has, or that names span among the words of the model, which is found where none was said. */
gboolean pz_learn_people_load_basis (PzLearnOptions *o, const char *beside, GError **error);

/* A .pzconcept of one person; or a folder with one of each, and the same as the authors publish it. layer: NULL where people
 * share none. */
gboolean pz_learn_people_write (const PzLearnOptions *o,
                                GPtrArray *concepts,
                                const PzPeopleLayer *layer,
                                guint steps,
                                GError **error);
