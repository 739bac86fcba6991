/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Raises or lowers the weight of words in a prompt: "sea" becomes "(sea:1.1)", "(sea:1.1)" becomes "(sea:1.2)" or "sea"
 * again. Works on text only; models/tasks/prompt-weights.h says what the brackets mean. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_WEIGHT_STEP 0.1

/* Changes the weight of the text between start and end (bytes), or of the word around start if they are equal, by
 * `steps` tenths. Text that is already in brackets with a number gets a new number; at 1.0 the brackets are removed.
 * Afterwards start and end delimit the same words. (transfer full); NULL if there is no word, or if its weight is at
 * the limit. */
char *pz_prompt_weigh (const char *text, gsize *start, gsize *end, gint steps);

G_END_DECLS
