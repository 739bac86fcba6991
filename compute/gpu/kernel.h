/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pipelines of kernels. Each is created when first requested and kept until the gpu is closed.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

#define PZ_PIPELINE_SPEC 12 /* maximum number of specialisation constants of a kernel */
#define PZ_PIPELINE_PUSH 128 /* bytes of push constants, guaranteed by Vulkan */

typedef struct _PzKernels PzKernels;
typedef struct _PzPipeline PzPipeline;

/* Identifies a pipeline. */
typedef struct
{
  guint kernel; /* PzKernel of shaders/kernels.h */
  guint subgroup_size; /* required, 0 = any */
  guint n_spec;
  guint spec[PZ_PIPELINE_SPEC]; /* values of the constants 0 .. n_spec - 1 */
} PzPipelineParams;

PzKernels *pz_kernels_new (PzGpu *gpu, GError **error);
/* Writes the cache file if pipelines were added. */
void pz_kernels_free (PzKernels *kernels);

/* Requests a pipeline that will be needed soon, so that it is compiled in the background where this is possible. */
void pz_gpu_ask_pipeline (PzGpu *gpu, const PzPipelineParams *params);
/* TRUE if it is being compiled in the background; waits at most wait_us for it to finish. */
gboolean pz_gpu_is_compiling (PzGpu *gpu, const PzPipelineParams *params, gint64 wait_us);

/* Creates the pipeline, which may take long the first time. Owned by the gpu. Fails with GPU_MEMORY, DEVICE_LOST or NO_DEVICE;
 * the message names the kernel. */
const PzPipeline *
pz_gpu_get_pipeline (PzGpu *gpu, const PzPipelineParams *params, GError **error);

/* Closing the gpu will not save the pipelines compiled so far, because another gpu of the same device does. */
void pz_gpu_leave_pipelines (PzGpu *gpu);

/* Saves newly compiled pipelines, so that they are not lost if the process is killed. */
void pz_gpu_save_pipelines (PzGpu *gpu);

G_END_DECLS
