/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models that people have and that cannot be used here, each told by a mark of its own and refused
 * with one sentence that says what it is.
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* FALSE with UNSUPPORTED_MODEL when the folder's model_index.json (or config.json, where a part lies
 * alone) names a pipeline of another kind. */
gboolean pz_supported_folder (const char *path, GError **error);

/* FALSE with UNSUPPORTED_MODEL when the file holds no Stable Diffusion 1.x or 2.x as a whole. */
gboolean pz_supported_file (const PzTensorFile *file, GError **error);

/* Whether the file is meant as a model to generate with, of whatever kind: not an adapter, an
 * embedding, a VAE alone. */
gboolean pz_is_whole_model (const PzTensorFile *file);

/* Inpainting networks and the like take more than the latent. */
gboolean pz_supported_channels (const char *path,
                                guint in_channels,
                                guint out_channels,
                                guint latent_channels,
                                GError **error);

G_END_DECLS
