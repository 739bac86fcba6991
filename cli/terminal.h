/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reaches the terminal. Names of files and words in them come from anywhere: none of their characters may move
 * the cursor, change a colour or write another line.
 */
#pragma once

#include <glib.h>

/* The text as one line of visible characters: control characters, line ends, changes of the writing direction and bytes
 * that are not UTF-8 become "?" or U+FFFD. NULL stays NULL. (transfer full) */
char *pz_show (const char *text);

/* What was printed has arrived; otherwise says so on stderr and returns FALSE. For the end of the process. */
gboolean pz_stdout_arrived (void);
