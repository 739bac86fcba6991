/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tensors of a .safetensors file as inputs of a graph, and results back as tensors. In files pictures are
 * NCHW and everything is F32 (ids may be whole numbers of any kind); they are turned here, on the
 * host.
 *
 * Errors are sticky, as in a graph: the first is kept in the PzModuleIo, every function answers NULL
 * afterwards, and pz_module_io_check () says it.
 */
#pragma once

#include "compute/run.h"
#include "models/files/safetensors.h"
#include "models/files/tensor-file.h"

typedef struct _PzModuleIo PzModuleIo;

/* Neither is owned. */
PzModuleIo *pz_module_io_new (PzGraph *graph, const PzTensorFile *in);
void pz_module_io_free (PzModuleIo *io);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzModuleIo, pz_module_io_free)

/* The first error of the inputs, then of the graph. */
gboolean pz_module_io_check (PzModuleIo *io, GError **error);

PzGraph *pz_module_io_get_graph (PzModuleIo *io);
gboolean pz_module_io_has (PzModuleIo *io, const char *name);

/* File [B, C, H, W] -> F32 [B, H, W, C]. channels 0 = any. */
PzTensor *pz_module_io_picture (PzModuleIo *io, const char *name, guint channels);

/* File dims, where 0 = any -> F32 of the same dims. */
PzTensor *
pz_module_io_tokens (PzModuleIo *io, const char *name, guint n_dims, const guint dims[]);

/* The same of whole numbers in 0..limit-1 -> I32. */
PzTensor *pz_module_io_ids (PzModuleIo *io,
                            const char *name,
                            guint n_dims,
                            const guint dims[],
                            guint limit);

/* One number for all or one for each of the batch: n of them on the host, (transfer full); NULL after an
 * error. */
float *pz_module_io_numbers (PzModuleIo *io, const char *name, guint n);

/* An input whose values are made here; takes them. */
PzTensor *pz_module_io_made (PzModuleIo *io,
                             const char *name,
                             guint n_dims,
                             const guint dims[],
                             float *values);

/* Results: pictures go back to NCHW. */
void pz_module_io_result (PzModuleIo *io, PzTensor *x, const char *name);
void pz_module_io_result_picture (PzModuleIo *io, PzTensor *x, const char *name);

/* After the results: for each of them whose gradient the file has as "d_NAME" (one at least), adds what that makes of the
 * gradients of all pictures and tokens taken before, as results "d_NAME" of theirs. */
void pz_module_io_gradients (PzModuleIo *io);

/* Between program and host; both block. */
gboolean pz_module_io_upload (PzModuleIo *io, PzProgram *program, GError **error);
/* (transfer full) array of PzSafetensorF32 that own their names and values. */
GArray *pz_module_io_download (PzModuleIo *io, PzProgram *program, GError **error);
