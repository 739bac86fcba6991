/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comments in prompts: from a "#" at the start of a line or after a blank to the end of that line. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first comment from byte `from` on: start <= bytes < end. FALSE = none. */
gboolean pz_prompt_find_comment (const char *prompt, gsize from, gsize *start, gsize *end);

/* The same text with blanks in place of comments, so that places in it stay what they are. (transfer full) */
char *pz_prompt_blank_comments (const char *prompt);

/* What is given to the model: no comments, no blanks around them, no lines that held nothing else. (transfer full) */
char *pz_prompt_without_comments (const char *prompt);

G_END_DECLS
