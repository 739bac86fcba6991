/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LoRA files requested by a prompt, with the syntax of the common web interfaces:
 *
 *   <lora:NAME>          full strength
 *   <lora:NAME:0.8>      strength 0.8
 *   <lora:NAME:0.5:0.8>  strength 0.5 for the text encoder, 0.8 for the U-Net
 *
 * "lyco" is a synonym of "lora". These tags are not part of the text. Thread: any.
 */
#pragma once

#include "models/params.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  double unet, text; /* strengths */
} PzPromptLora;

/* The tags in a valid UTF-8 text, in order. (transfer full) array of PzPromptLora, or NULL with BAD_INPUT: a weight is not a
 * number or exceeds PZ_MAX_LORA_WEIGHT. */
GArray *pz_prompt_loras (const char *text, GError **error);

/* The text without the tags. blanks: replaces each tag by as many spaces as it has bytes, so that byte positions do not change.
 * (transfer full) */
char *pz_prompt_without_loras (const char *text, gboolean blanks);

G_END_DECLS
