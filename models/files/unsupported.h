/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recognises common kinds of models that this program does not support. Each is identified by a distinctive feature and refused
 * with one sentence that says what it is.
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* FALSE with UNSUPPORTED_MODEL if the folder's model_index.json (or config.json, if the folder is a single part) names another
 * kind of pipeline. */
gboolean pz_supported_folder (const char *path, GError **error);

/* FALSE with UNSUPPORTED_MODEL if the file is not a complete Stable Diffusion 1.x or 2.x. */
gboolean pz_supported_file (const PzTensorFile *file, GError **error);

/* Whether the file is intended as a model for generating pictures, of any kind, and not as an adapter, an embedding or a
 * separate VAE. */
gboolean pz_is_whole_model (const PzTensorFile *file);

/* FALSE with UNSUPPORTED_MODEL if the U-Net's channels differ from those of the latent, as in inpainting networks and the like,
 * which take additional input. */
gboolean pz_supported_channels (const char *path,
                                guint in_channels,
                                guint out_channels,
                                guint latent_channels,
                                GError **error);

G_END_DECLS
