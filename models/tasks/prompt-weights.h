/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Emphasis in a prompt, with the syntax of the common web interfaces:
 *
 *   (words)      times 1.1         [words]   divided by 1.1
 *   (words:1.3)  times 1.3         \( \) \[ \] \\   the character itself
 *
 * Brackets nest and their factors multiply. An unclosed opening bracket extends to the end of the prompt. An unmatched closing
 * bracket is text, and so is ":1.3" anywhere else. A lone backslash is dropped. For the effect of a weight see pz_emphasis ()
 * in compute/prompts.h.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_PROMPT_WEIGHT_MAX 10.0

typedef struct
{
  char *text; /* without the syntax; not empty; a bracket ends a word */
  double weight; /* clamped to 0..PZ_PROMPT_WEIGHT_MAX */
} PzPromptPiece;

/* The pieces of a valid UTF-8 text, in order. (transfer full) array of PzPromptPiece */
GArray *pz_prompt_pieces (const char *text);

G_END_DECLS
