/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Interprets the name of a tensor in a LoRA file (Hu et al., 2021). Programs use the same mathematics, but different names:
 *
 *   kohya-ss          lora_unet_PATH_WITH_UNDERSCORES.lora_down.weight, .lora_up, .lora_mid, .alpha; lora_te_, lora_te1_;
 *                     with the prefix doubled: lora_unet_unet_PATH_lora_down.weight
 *   diffusers         unet.PATH.lora.down.weight; text_encoder.PATH.lora_linear_layer.down.weight
 *   diffusers, older  PATH.attn1.processor.to_q_lora.down.weight
 *   PEFT              base_model.model.PATH.lora_A.weight, .lora_A.NAME.weight
 *   cloneofsimo       unet:NUMBER:down; text_encoder:NUMBER:up
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PZ_LORA_DOWN, /* [rank, in] */
  PZ_LORA_UP, /* [out, rank] */
  PZ_LORA_MID, /* [rank, rank, height, width], between the two */
  PZ_LORA_ALPHA, /* one number: the product is scaled by alpha / rank */
  PZ_LORA_N_ROLES,
} PzLoraRole;

typedef enum
{
  PZ_LORA_OF_UNET,
  PZ_LORA_OF_TEXT,
  PZ_LORA_OF_EITHER, /* the name does not tell */
} PzLoraNetwork;

typedef struct
{
  PzLoraRole role;
  PzLoraNetwork network;
  const char *dialect; /* static; NULL for an alpha, which several dialects have */
  char *path; /* of the layer, with dots or underscores; cloneofsimo: its number */
  gboolean is_numbered;
} PzLoraKey;

void pz_lora_key_clear (PzLoraKey *key);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzLoraKey, pz_lora_key_clear)

/* FALSE if the name is not part of a LoRA. *key must be zeroed. */
gboolean pz_lora_key_read (const char *name, PzLoraKey *key);

/* The other kind of weight change that has tensors of this name: "LoHa", ...; NULL = no known kind. Static. */
const char *pz_lora_key_other_kind (const char *name);

G_END_DECLS
