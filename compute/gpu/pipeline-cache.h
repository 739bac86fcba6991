/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The driver's pipeline cache, stored in the user's cache folder together with the names of the kernels in it, because some
 * drivers store the kernels elsewhere. One file per device, driver and set of kernels. A corrupt, foreign or unreadable file is
 * ignored; files that were not used for three months are deleted.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/vk.h"

G_BEGIN_DECLS

/* Creates a cache, which is empty if there is no valid file. known: of guint64; receives the names of kernels compiled in
 * earlier runs. Fails with the driver's error. */
gboolean
pz_pipeline_cache_load (PzGpu *gpu, VkPipelineCache *cache, GArray *known, GError **error);

/* Writes the file atomically and deletes old ones. A failure only costs time later, so it is reported as a debug message
 * only. */
void pz_pipeline_cache_save (PzGpu *gpu, VkPipelineCache cache, const GArray *known);

/* Path of a file in the user's cache folder whose name differs for every device, driver and set of kernels. The pipeline cache
 * uses "pipelines" and "bin". (transfer full) */
char *pz_pipeline_cache_path (PzGpu *gpu, const char *what, const char *ending);

/* File format: a checksum, then the payload: the number of known kernels, their names, the driver's data. Unwrapping a corrupt
 * file returns NULL. Both return (transfer full). */
GBytes *pz_pipeline_cache_wrap (GBytes *payload);
GBytes *pz_pipeline_cache_unwrap (GBytes *file);

G_END_DECLS
