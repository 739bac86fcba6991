/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt: a label, a menu of prompts, a multi-line editor that highlights the placeholder S and strikes through
 * what exceeds the model's limit, and a line with the length of the prompt and what S means, or that S is missing.
 * Ctrl+Up and Ctrl+Down change the weight of a word. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/prompt/prompt-menu.h"

G_BEGIN_DECLS

#define PZ_TYPE_PROMPT_EDITOR (pz_prompt_editor_get_type ())
G_DECLARE_FINAL_TYPE (PzPromptEditor, pz_prompt_editor, PZ, PROMPT_EDITOR, GtkBox)

GtkWidget *pz_prompt_editor_new (void);

/* Its "text" property is the prompt. (transfer none) */
GtkTextBuffer *pz_prompt_editor_get_buffer (PzPromptEditor *editor);
char *pz_prompt_editor_get_text (PzPromptEditor *editor); /* (transfer full) */
PzPromptMenu *pz_prompt_editor_get_menu (PzPromptEditor *editor); /* (transfer none) */
/* The length of the text for the open model; valid until the text changes. */
void pz_prompt_editor_set_length (PzPromptEditor *editor, const PzPromptLength *length);
/* The number of concepts: their placeholders are S, or S1, S2, … */
void pz_prompt_editor_set_n_concepts (PzPromptEditor *editor, guint n);
/* Adds a menu next to the editor's own menu. */
void pz_prompt_editor_add_menu (PzPromptEditor *editor, GtkWidget *menu);
/* Moves the focus to the text and the cursor to its end. */
void pz_prompt_editor_focus (PzPromptEditor *editor);

/* Whether the prompt has nothing but white space. */
gboolean pz_prompt_is_blank (const char *prompt);
/* The first placeholder at or after byte `from`; FALSE if there is none. */
gboolean pz_prompt_find_placeholder (const char *prompt, gsize from, gsize *start, gsize *end);

G_END_DECLS
