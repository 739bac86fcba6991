/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tensors of a .safetensors file as inputs of a graph, and results as tensors of a file. In files, pictures are NCHW
 * and everything is F32 (ids may be integers of any type); the axes are reordered here, on the host.
 *
 * Errors are sticky, as in a graph: the PzModuleIo keeps the first one, every function returns NULL afterwards, and
 * pz_module_io_check () reports it.
 */
#pragma once

#include "compute/run.h"
#include "models/files/safetensors.h"
#include "models/files/tensor-file.h"

typedef struct _PzModuleIo PzModuleIo;

/* Neither argument is owned. */
PzModuleIo *pz_module_io_new (PzGraph *graph, const PzTensorFile *in);
void pz_module_io_free (PzModuleIo *io);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzModuleIo, pz_module_io_free)

/* Reports the first error of the inputs, then of the graph. */
gboolean pz_module_io_check (PzModuleIo *io, GError **error);

PzGraph *pz_module_io_get_graph (PzModuleIo *io);
gboolean pz_module_io_has (PzModuleIo *io, const char *name);

/* File [B, C, H, W] -> F32 [B, H, W, C]. channels 0 = any. */
PzTensor *pz_module_io_picture (PzModuleIo *io, const char *name, guint channels);

/* File dims, where 0 = any -> F32 of the same dims. */
PzTensor *
pz_module_io_tokens (PzModuleIo *io, const char *name, guint n_dims, const guint dims[]);

/* The same for integers in 0..limit-1 -> I32. */
PzTensor *pz_module_io_ids (PzModuleIo *io,
                            const char *name,
                            guint n_dims,
                            const guint dims[],
                            guint limit);

/* One number for all, or one for each element of the batch: n numbers on the host, (transfer full); NULL after an
 * error. */
float *pz_module_io_numbers (PzModuleIo *io, const char *name, guint n);

/* An input whose values the caller has computed; takes ownership of them. */
PzTensor *pz_module_io_made (PzModuleIo *io,
                             const char *name,
                             guint n_dims,
                             const guint dims[],
                             float *values);

/* Results; pictures are converted back to NCHW. */
void pz_module_io_result (PzModuleIo *io, PzTensor *x, const char *name);
void pz_module_io_result_picture (PzModuleIo *io, PzTensor *x, const char *name);

/* Call this after the results. For each result whose gradient the file has as "d_NAME" (at least one), backpropagates
 * it to all pictures and tokens taken before, and adds their gradients as results "d_NAME". */
void pz_module_io_gradients (PzModuleIo *io);

/* Transfers between program and host; both block. */
gboolean pz_module_io_upload (PzModuleIo *io, PzProgram *program, GError **error);
/* (transfer full) array of PzSafetensorF32 that own their names and values. */
GArray *pz_module_io_download (PzModuleIo *io, PzProgram *program, GError **error);
