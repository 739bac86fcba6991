/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last prompts that were used, and the prompt that was being written when the dialog closed, in a small file in the
 * user's data folder that only the user can read. What cannot be read or written is treated as missing. Thread: main.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_HISTORY_LENGTH 20

/* Newest first, without duplicates. (transfer full), NULL-terminated. */
GStrv pz_prompt_history_list (void);
/* Puts a prompt first. */
void pz_prompt_history_add (const char *prompt);
/* Forgets all prompts and the draft. */
void pz_prompt_history_forget (void);

/* A prompt that was written but not used; NULL = none. (transfer full) */
char *pz_prompt_history_get_draft (void);
/* draft NULL = removes the draft. */
void pz_prompt_history_set_draft (const char *draft);

/* Whether the user was told that prompts are stored in images; TRUE from the second call on. */
gboolean pz_prompt_history_was_told (void);

G_END_DECLS
