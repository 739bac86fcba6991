/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Emphasis in a prompt, written as in the common web interfaces:
 *
 *   (words)      times 1.1         [words]   divided by 1.1
 *   (words:1.3)  times 1.3         \( \) \[ \] \\   the character itself
 *
 * Brackets nest and their factors multiply. An opening bracket without an end reaches to the end
 * of the prompt; a closing one without a beginning is text, and so is ":1.3" anywhere else. A
 * lone backslash is dropped. What a weight does to the words: pz_emphasis () in compute/prompts.h.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_PROMPT_WEIGHT_MAX 10.0

typedef struct
{
  char *text; /* without the syntax; not empty; a bracket ends a word */
  double weight; /* 0..PZ_PROMPT_WEIGHT_MAX; what lies beyond becomes the nearer of the two */
} PzPromptPiece;

/* Of a valid UTF-8 text, in order. (transfer full) array of PzPromptPiece */
GArray *pz_prompt_pieces (const char *text);

G_END_DECLS
