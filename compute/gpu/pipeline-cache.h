/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The driver's compiled kernels, kept between runs in the user's cache folder, and which they are: some drivers keep
 * the kernels themselves elsewhere. One file per device, driver and set of kernels; a damaged, foreign or unreadable
 * file is as good as none.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/vk.h"

G_BEGIN_DECLS

/* Always gives a cache, empty where there is no sound file. known: guint64, gets the names of kernels compiled in
 * earlier runs. Fails as the driver does. */
gboolean
pz_pipeline_cache_load (PzGpu *gpu, VkPipelineCache *cache, GArray *known, GError **error);

/* Written whole or not at all. That it could not be written costs time later and is only a
 * debug message. */
void pz_pipeline_cache_save (PzGpu *gpu, VkPipelineCache cache, const GArray *known);

/* The file for a gpu. (transfer full) */
char *pz_pipeline_cache_path (const PzGpu *gpu);

/* The file's form: checksum, then the number of known kernels, their names, the driver's bytes. The second fails on damage. Both
 * (transfer full). */
GBytes *pz_pipeline_cache_wrap (GBytes *payload);
GBytes *pz_pipeline_cache_unwrap (GBytes *file);

G_END_DECLS
