/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's vision encoder as people have it:
 *
 *   a folder with config.json            CLIPVisionModel's, or that of the whole CLIPModel; weights
 *                                        beside it
 *   a folder with one file of weights,
 *   or that file                         what the network looks like follows from its tensors
 *
 * The weights' names are Hugging Face's (vision_model.*) or OpenAI's (visual.*, fused
 * projections), in whatever container; other towers in the file are left alone.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* place: the folder or file. *weights: (transfer full). Fails with BAD_FILE (unreadable, no vision
 * encoder in it) or UNSUPPORTED_MODEL (a config.json that says something else). */
gboolean pz_vision_file_read (const char *place,
                              PzVisionConfig *config,
                              PzWeights **weights,
                              GError **error);

/* Its two halves, for what has more towers than this. The weights of a place: those of a folder, or the file itself.
 * (transfer full), or NULL with BAD_FILE. */
char *pz_tower_find_weights (const char *place, GError **error);
/* What the tower looks like by its tensors; config zeroed. Fails with BAD_FILE. */
gboolean pz_vision_tower_measure (PzWeights *weights, PzVisionConfig *config, GError **error);

G_END_DECLS
