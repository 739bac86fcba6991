/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes words of a prompt count more or less: "sea" becomes "(sea:1.1)", "(sea:1.1)" becomes "(sea:1.2)" or "sea" again.
 * Pure text; what the brackets mean is said in models/tasks/prompt-weights.h. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_WEIGHT_STEP 0.1

/* Weighs what lies between start and end (bytes), or the word around start when they are the same, by `steps` tenths
 * more. What is already between brackets with a number gets a new number; at 1.0 the brackets go. start and end are the
 * same words afterwards. (transfer full); NULL when there is no word or its weight cannot go further. */
char *pz_prompt_weigh (const char *text, gsize *start, gsize *end, gint steps);

G_END_DECLS
