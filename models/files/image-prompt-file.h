/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An IP-Adapter file (Ye et al., IP-Adapter, 2023; methods: keys): "image_proj.…" and "ip_adapter.{n}.to_k_ip.weight", either
 * nested dictionaries in a torch file or flat in safetensors. The kind and the sizes are derived from the tensors.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"
#include "models/nets/image-prompt.h"

G_BEGIN_DECLS

/* The name of a kind in options, concepts and recipes: "ip-adapter", "ip-adapter-plus". */
const char *pz_image_prompt_name (PzImagePromptKind kind);
/* FALSE if no kind has this name. name may be NULL. */
gboolean pz_image_prompt_by_name (const char *name, PzImagePromptKind *kind);

/* Whether the file has IP-Adapter keys and values, of any kind. */
gboolean pz_image_prompt_file_is (const PzTensorFile *file);

/* *config must be zeroed. Fails with UNSUPPORTED_MODEL (a kind that is not implemented: FaceID, full face) or BAD_FILE; the
 * message names the file, the key, what was expected and what was found. Weights that are not needed for measuring are checked
 * when they are bound. */
gboolean pz_image_prompt_file_measure (const PzTensorFile *file,
                                       PzImagePromptConfig *config,
                                       GError **error);

G_END_DECLS
