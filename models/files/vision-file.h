/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's vision encoder in its common formats:
 *
 *   a folder with config.json            of CLIPVisionModel, or of a complete CLIPModel; the weights are
 *                                        in the same folder
 *   a folder with one file of weights,
 *   or that file                         the network's structure is derived from its tensors
 *
 * The weights have Hugging Face's names (vision_model.*) or OpenAI's (visual.*, fused projections), in any container; other
 * towers in the file are ignored.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/weights.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* place: the folder or file. *weights: (transfer full). Fails with BAD_FILE (unreadable, no vision encoder in it) or
 * UNSUPPORTED_MODEL (a config.json for something else). */
gboolean pz_vision_file_read (const char *place,
                              PzVisionConfig *config,
                              PzWeights **weights,
                              GError **error);

/* The two steps of pz_vision_file_read (), for files with several towers. First, the file of weights for a place: the one in
 * the folder, or the file itself. (transfer full), or NULL with BAD_FILE. */
char *pz_tower_find_weights (const char *place, GError **error);
/* Second, measures the tower from its tensors; *config must be zeroed. Fails with BAD_FILE. */
gboolean pz_vision_tower_measure (PzWeights *weights, PzVisionConfig *config, GError **error);

G_END_DECLS
