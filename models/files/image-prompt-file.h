/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An IP-Adapter's file (Ye et al., IP-Adapter, 2023; methods: keys): "image_proj.…" and "ip_adapter.{n}.to_k_ip.weight", as a
 * dictionary of dictionaries in a torch file or flat in safetensors. What kind it is and how large follows from its tensors.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"
#include "models/nets/image-prompt.h"

G_BEGIN_DECLS

/* "ip-adapter", "ip-adapter-plus": in options, concepts and recipes. */
const char *pz_image_prompt_name (PzImagePromptKind kind);
/* FALSE: it is none of them. name may be NULL. */
gboolean pz_image_prompt_by_name (const char *name, PzImagePromptKind *kind);

/* Has it an IP-Adapter's keys and values, of whatever kind? */
gboolean pz_image_prompt_file_is (const PzTensorFile *file);

/* *config is zeroed. Fails with UNSUPPORTED_MODEL (a kind that is not built: FaceID, full face) or BAD_FILE; the message names file,
 * key, what was expected and what was found. Weights beside the measured ones are checked when they are bound. */
gboolean pz_image_prompt_file_measure (const PzTensorFile *file,
                                       PzImagePromptConfig *config,
                                       GError **error);

G_END_DECLS
