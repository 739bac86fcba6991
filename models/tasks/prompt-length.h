/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes how much of a prompt the text encoder reads, before any concept is encoded, for a token counter in the user
 * interface.
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/files/word-shelf.h"

G_BEGIN_DECLS

/* As pz_session_measure_prompt (). learned: the learned words that a prompt can use. */
void pz_prompt_measure (const PzModelFolder *model,
                        PzWordShelf *learned,
                        const char *prompt,
                        PzWords words,
                        const PzConceptSize concepts[],
                        guint n_concepts,
                        PzPromptLength *length);

G_END_DECLS
