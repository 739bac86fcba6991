/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last prompts that were used, and the one that was being written when the dialog closed: a small file in the
 * user's data folder, readable by the user alone. What cannot be read or written is not there. Thread: main.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_HISTORY_LENGTH 20

/* Newest first, each once. (transfer full), ended by NULL. */
GStrv pz_prompt_history_list (void);
/* Puts a prompt first. */
void pz_prompt_history_add (const char *prompt);
/* All prompts and the draft. */
void pz_prompt_history_forget (void);

/* A prompt that was written and not used; NULL = none. (transfer full) */
char *pz_prompt_history_get_draft (void);
/* draft NULL = there is none any more. */
void pz_prompt_history_set_draft (const char *draft);

/* Whether the user was told that prompts are kept in images; TRUE from the second call on. */
gboolean pz_prompt_history_was_told (void);

G_END_DECLS
