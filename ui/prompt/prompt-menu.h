/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The menu next to the prompt: recent prompts, examples, and actions on prompts. Thread: main.
 *
 * Signals:
 *   "chosen" (const char *prompt)   the prompt to use
 *   "action" (guint action)         PzPromptAction
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  PZ_PROMPT_REUSE, /* apply the settings of the active layer */
  PZ_PROMPT_FORGET_RECENT,
  PZ_PROMPT_FORGET_IMAGE,
  PZ_PROMPT_N_ACTIONS,
} PzPromptAction;

#define PZ_TYPE_PROMPT_MENU (pz_prompt_menu_get_type ())
G_DECLARE_FINAL_TYPE (PzPromptMenu, pz_prompt_menu, PZ, PROMPT_MENU, GtkMenuButton)

GtkWidget *pz_prompt_menu_new (void);

/* An action that the host does not support is left out. */
void pz_prompt_menu_set_possible (PzPromptMenu *menu, PzPromptAction action, gboolean possible);

G_END_DECLS
