/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt: a label, a menu of prompts, a multi-line editor in which the placeholder S stands out and what the model
 * cannot read any more is struck through, and a line that says how long it is and what S means or that it is missing.
 * Ctrl+Up and Ctrl+Down weigh a word. Thread: main.
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
/* How long the text is for the model that is open; good until the text changes. */
void pz_prompt_editor_set_length (PzPromptEditor *editor, const PzPromptLength *length);
/* How many concepts there are: S, or S1, S2, … stand for them. */
void pz_prompt_editor_set_n_concepts (PzPromptEditor *editor, guint n);
/* Puts the caret at the end and the focus into the text. */
/* Beside its own menu. */
void pz_prompt_editor_add_menu (PzPromptEditor *editor, GtkWidget *menu);
void pz_prompt_editor_focus (PzPromptEditor *editor);

/* Nothing but white space. */
gboolean pz_prompt_is_blank (const char *prompt);
/* First placeholder at or after `from` (bytes): FALSE when there is none. */
gboolean pz_prompt_find_placeholder (const char *prompt, gsize from, gsize *start, gsize *end);

G_END_DECLS
