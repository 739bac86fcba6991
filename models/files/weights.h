/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The weights of one network: a tensor file whose tensors are loaded into the weights arena when a graph requests them, and
 * stay there for the next graph.
 *
 * Thread: the one that owns the PzGpu; pz_weights_open () and the queries: any.
 */
#pragma once

#include "compute/graph.h"
#include "models/files/key-map.h"

G_BEGIN_DECLS

/* Reference-counted. Keeps the file open, its header, and the storages created so far. */
typedef struct _PzWeights PzWeights;

/* Reads and checks the header, but no data; the file uses the names of a model folder. Returns (transfer full), or NULL with
 * BAD_FILE. */
PzWeights *pz_weights_open (const char *path, GError **error);
/* The same, with another map from the names that networks request to the file's names. */
PzWeights *pz_weights_open_mapped (const char *path, const PzKeyMap *map, GError **error);
/* Uses a file that is already open and takes a reference. Cannot fail. */
PzWeights *pz_weights_new (PzTensorFile *file, const PzKeyMap *map);
PzWeights *pz_weights_ref (PzWeights *weights);
void pz_weights_unref (PzWeights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzWeights, pz_weights_unref)

const char *pz_weights_get_path (const PzWeights *weights);
/* (transfer none) */
const PzTensorFile *pz_weights_get_file (const PzWeights *weights);
/* Size of the whole file. */
guint64 pz_weights_get_file_bytes (const PzWeights *weights);
/* The tensor that networks request under that name, or NULL. (transfer none) */
const PzFileTensor *pz_weights_lookup (PzWeights *weights, const char *name);

/* Frees the storages on the device; programs keep those they are bound to. Call it (or drop the last reference) before the
 * PzGpu is closed. */
void pz_weights_release (PzWeights *weights);

typedef struct
{
  const char *prefix; /* of names in the graph; "" = all others; the longest match wins */
  PzWeights *weights; /* looked up by the rest of the name */
} PzWeightSource;

/* The source of the graph's weight of that name; NULL if none matches. */
const PzWeightSource *
pz_weights_find_source (const PzWeightSource sources[], guint n_sources, const char *name);

/* Called between chunks. Must not block. */
typedef void (*PzWeightProgress) (guint64 done_bytes, guint64 total_bytes, gpointer data);

typedef struct
{
  GCancellable *cancellable; /* checked between chunks */
  PzWeightProgress progress;
  gpointer progress_data;
} PzWeightParams;

/* Binds every weight of the graph that is not bound yet, in the graph's dtype and layout. A tensor that an earlier graph bound
 * in the same dtype and layout is shared, not read again. Sources contain F64, F32, F16 or BF16. Before anything is allocated,
 * all mismatches (missing, other shape, other dtype) are reported in one BAD_FILE (the first ten, then the number of the
 * others), and the required memory is compared with the free memory (GPU_MEMORY with both numbers). Later failures: BAD_FILE
 * (the file was truncated, a weight is not finite), BAD_NUMBERS (a weight is too large for F16), DEVICE_LOST, CANCELLED. params
 * may be NULL. */
gboolean pz_weights_bind (PzGraph *graph,
                          const PzWeightSource sources[],
                          guint n_sources,
                          PzGpu *gpu,
                          const PzWeightParams *params,
                          GError **error);

/* Compares a graph's weights with its sources without a device, and reports the mismatches that pz_weights_bind () would report
 * first. */
gboolean pz_weights_check (const PzGraph *graph,
                           const PzWeightSource sources[],
                           guint n_sources,
                           GError **error);

G_END_DECLS
