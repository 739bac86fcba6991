/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comments in prompts: from a "#" at the start of a line, or after a blank, to the end of that line. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first comment at or after byte `from`: start <= bytes < end. FALSE = none. */
gboolean pz_prompt_find_comment (const char *prompt, gsize from, gsize *start, gsize *end);

/* The same text with blanks in place of comments, so that positions in it stay valid. (transfer full) */
char *pz_prompt_blank_comments (const char *prompt);

/* The text for the model: without comments, the blanks around them, and lines that held nothing else. (transfer full) */
char *pz_prompt_without_comments (const char *prompt);

G_END_DECLS
