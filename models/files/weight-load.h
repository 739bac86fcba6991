/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads tensors from files into storages on the device: reads, checks, converts and reorders them in chunks, on several threads
 * if the file can be read at several positions at once. Private to weights.h.
 *
 * Thread: the one that owns the PzGpu.
 */
#pragma once

#include "models/files/weights.h"

G_BEGIN_DECLS

/* The struct owns nothing. */
typedef struct
{
  const PzTensorFile *file;
  const PzKeyMap *map; /* for messages */
  const PzFileTensor *source;
  PzWeightLayout layout;
  PzStorage *storage; /* as many elements as the source; may be PZ_ROWS8 */
} PzWeightLoad;

/* Fails like pz_weights_bind (); the contents of the storages are then undefined. */
gboolean pz_weight_load (const PzWeightLoad loads[],
                         guint n_loads,
                         const PzWeightParams *params,
                         GError **error);

G_END_DECLS
