/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output to the terminal. File names, and words in files, are untrusted: none of their characters may move the cursor,
 * change a colour or start another line.
 */
#pragma once

#include <glib.h>

/* The text as one line of visible characters: control characters, line ends and characters that change the writing
 * direction become "?", bytes that are not UTF-8 become U+FFFD. NULL stays NULL. (transfer full) */
char *pz_show (const char *text);

/* Checks that everything printed to standard output was written; otherwise reports it on stderr and returns FALSE. Call
 * this at the end of the process. */
gboolean pz_stdout_arrived (void);
