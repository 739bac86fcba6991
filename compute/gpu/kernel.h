/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kernels to pipelines, each made when first asked for and kept until the gpu is closed.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

typedef struct _PzKernels  PzKernels;
typedef struct _PzPipeline PzPipeline;

PzKernels *pz_kernels_new (PzGpu *gpu, GError **error);
/* Writes the cache file when something was added. */
void pz_kernels_free (PzKernels *kernels);

/* The pipeline of a dispatch's kernel, constants and subgroup size. May take long the first time. Owned by the
 * gpu. Fails with GPU_MEMORY, DEVICE_LOST or NO_DEVICE, naming the kernel. */
const PzPipeline *pz_gpu_get_pipeline (PzGpu *gpu, const PzDispatch *dispatch, GError **error);

/* Saves what was compiled since, so that a process that is killed does not lose it. */
void pz_gpu_save_pipelines (PzGpu *gpu);

G_END_DECLS
