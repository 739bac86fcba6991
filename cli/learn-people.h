/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of `personalize learn` for people: names with pictures, the basis, and the folder that everything is written
 * to.
 */
#pragma once

#include "cli/learn-options.h"

/* Splits each picture's TOKEN=FILE into o->people and o->images. Fails with USAGE_ERROR naming the option, BAD_INPUT (a
 * name that is not valid), or as reading the layer's file does. */
gboolean pz_learn_people_understand (PzLearnOptions *o, GError **error);

/* Whether people are identified by their faces. */
gboolean pz_learn_people_are_faces (const PzLearnOptions *o);

/* Loads the basis from its file, or computes it from the given names and the words of the model; if no model was given,
 * the first usable one is used. beside: see pz_model_search_path (). */
gboolean pz_learn_people_load_basis (PzLearnOptions *o, const char *beside, GError **error);

/* Writes a .pzconcept of one person; or a folder with a .pzconcept for each person, and the same in the authors'
 * format. layer: NULL if the people share none. */
gboolean pz_learn_people_write (const PzLearnOptions *o,
                                GPtrArray *concepts,
                                const PzPeopleLayer *layer,
                                guint steps,
                                GError **error);
