/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The field tables for each network's config.json: every key the program knows. Private to configs.c, which reads and checks
 * the files.
 */
#pragma once

#include "models/nets/configs.h"

G_BEGIN_DECLS

extern const PzConfigField pz_text_fields[];
extern const PzConfigField pz_vision_fields[];
extern const PzConfigField pz_vit_fields[];
/* A CLIPModel's config, and the keys under which it holds the configs of its two encoders. */
#define PZ_CLIP_TEXT_KEY "text_config"
#define PZ_CLIP_VISION_KEY "vision_config"
extern const PzConfigField pz_clip_fields[];
extern const PzConfigField pz_clip_text_fields[];
extern const PzConfigField pz_clip_vision_fields[];
extern const PzConfigField pz_unet_fields[];
extern const PzConfigField pz_tiny_vae_fields[];
extern const PzConfigField pz_vae_fields[];
extern const PzConfigField pz_subject_finder_fields[];

G_END_DECLS
