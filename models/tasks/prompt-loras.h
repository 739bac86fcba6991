/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LoRA files that a prompt asks for, written as in the common web interfaces:
 *
 *   <lora:NAME>          all of it
 *   <lora:NAME:0.8>      0.8 of it
 *   <lora:NAME:0.5:0.8>  0.5 of what changes the text encoder, 0.8 of what changes the U-Net
 *
 * "lyco" for "lora" is the same. They are no part of the text. Thread: any.
 */
#pragma once

#include "models/params.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  double unet, text; /* how much */
} PzPromptLora;

/* Of a valid UTF-8 text, in order. (transfer full) array of PzPromptLora, or NULL with BAD_INPUT: no number, or a number beyond
 * PZ_MAX_LORA_WEIGHT. */
GArray *pz_prompt_loras (const char *text, GError **error);

/* The text without them; blanks: with as many blanks in the place of each as it has bytes, so that positions stay what they are.
 * (transfer full) */
char *pz_prompt_without_loras (const char *text, gboolean blanks);

G_END_DECLS
