/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The weights of one network: a .safetensors file whose tensors stream into the weights
 * arena when a graph asks for them, and stay there for the next graph.
 *
 * Thread: the one that owns the PzGpu; pz_weights_open () and the queries: any.
 */
#pragma once

#include "compute/graph.h"
#include "models/files/key-map.h"

G_BEGIN_DECLS

/* Reference-counted. Holds the file open, its header, and the storages made so far. */
typedef struct _PzWeights PzWeights;

/* Reads and checks the header, no data; names are a folder's own. Returns (transfer full), or NULL
 * with BAD_FILE. */
PzWeights *pz_weights_open (const char *path, GError **error);
/* The same with another map from the names that networks ask for to the file's. */
PzWeights *pz_weights_open_mapped (const char *path, const PzKeyMap *map, GError **error);
/* Of a file that is open already; it is shared. Cannot fail. */
PzWeights *pz_weights_new (PzTensorFile *file, const PzKeyMap *map);
PzWeights *pz_weights_ref (PzWeights *weights);
void pz_weights_unref (PzWeights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzWeights, pz_weights_unref)

const char *pz_weights_get_path (const PzWeights *weights);
/* (transfer none) */
const PzTensorFile *pz_weights_get_file (const PzWeights *weights);
/* Of the whole file. */
guint64 pz_weights_get_file_bytes (const PzWeights *weights);
/* The tensor that networks know under that name, or NULL. (transfer none) */
const PzFileTensor *pz_weights_lookup (PzWeights *weights, const char *name);

/* Lets go of the storages on the device; programs keep what they are bound to. Must be called
 * (or the last reference dropped) before the PzGpu is closed. */
void pz_weights_release (PzWeights *weights);

typedef struct
{
  const char *prefix; /* of names in the graph; "" = all others; the longest wins */
  PzWeights *weights; /* looked up by the rest of the name */
} PzWeightSource;

/* Whose weight of that name in a graph it is; NULL = nobody's. */
const PzWeightSource *
pz_weights_find_source (const PzWeightSource sources[], guint n_sources, const char *name);

/* Called between chunks; must not block. */
typedef void (*PzWeightProgress) (guint64 done_bytes, guint64 total_bytes, gpointer data);

typedef struct
{
  GCancellable *cancellable; /* read between chunks */
  PzWeightProgress progress;
  gpointer progress_data;
} PzWeightParams;

/* Binds every weight of the graph that is not bound yet, in the graph's dtype and layout; a tensor that an earlier
 * graph bound in the same dtype and layout is shared, not read again. Sources hold F64, F32,
 * F16 or BF16. Before anything is allocated: all misfits (missing, other shape, other dtype)
 * are named in one BAD_FILE (the first ten, then their number), and the memory needed is
 * compared with what is free (GPU_MEMORY with both numbers). Then also fails with BAD_FILE
 * (file became shorter, a weight that is not finite), BAD_NUMBERS (a weight too large for halves),
 * DEVICE_LOST, CANCELLED. params may be NULL. */
gboolean pz_weights_bind (PzGraph *graph,
                          const PzWeightSource sources[],
                          guint n_sources,
                          PzGpu *gpu,
                          const PzWeightParams *params,
                          GError **error);

/* The misfits of a graph against its sources without a device: what pz_weights_bind () would
 * say first. */
gboolean pz_weights_check (const PzGraph *graph,
                           const PzWeightSource sources[],
                           guint n_sources,
                           GError **error);

G_END_DECLS
