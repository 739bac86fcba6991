/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs one network of a model on the tensors of a file. Each network is compared with the answers of other
 * implementations in this way.
 *
 * Thread: the one that owns the PzGpu.
 */
#pragma once

#include "compute/run.h"
#include "models/files/safetensors.h"
#include "models/files/tensor-file.h"

typedef struct
{
  PzGpu *gpu;
  const char *elite; /* folder with the mappers; NULL = the model's default */
  const char *ip_adapter; /* file of an IP-Adapter; NULL = none */
  const char *model; /* folder or file; for a judge or a face recogniser, its own */
  gboolean f32; /* everything in f32 instead of half precision */
  gboolean vjp; /* also gradients: the file's d_RESULT become d_INPUT */
  guint repeat; /* 0 = 1 */
  gboolean reversed; /* pz_program_set_reversed (): must give the same bits */
  GCancellable *cancellable;
} PzModuleParams;

typedef struct
{
  GArray *tensors; /* of PzSafetensorF32 */
  double wall_ms; /* medians over the repeats; loading and transfers excluded */
  double device_ms; /* 0 where the device has no timestamps */
} PzModuleAnswer;

void pz_module_answer_free (PzModuleAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzModuleAnswer, pz_module_answer_free)

/* One line for each network with its name, inputs and outputs, for --help. (transfer full) */
char *pz_module_list (void);

/* Fails with BAD_INPUT (no such network; tensors that are missing or have another shape), BAD_FILE, UNSUPPORTED_MODEL,
 * GPU_MEMORY, DEVICE_LOST, CANCELLED. (transfer full) */
PzModuleAnswer *pz_module_run (const char *name,
                               const PzTensorFile *in,
                               const PzModuleParams *params,
                               GError **error);
