/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes a concept's products as a LoRA file, with the names used by diffusers' examples (methods: LoRA naming):
 *
 *   unet.PATH.lora.down.weight           text_encoder.PATH.lora_linear_layer.down.weight
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"

G_BEGIN_DECLS

/* Every override must be a product. Fails like pz_safetensors_write (). */
gboolean pz_lora_export (const PzConcept *concept, const char *path, GError **error);

G_END_DECLS
