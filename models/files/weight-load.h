/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From tensors of files to storages on the device: read, checked, converted and put in order in pieces, on all processors
 * where the file may be read from several places at once. Private to weights.h.
 *
 * Thread: the one that owns the PzGpu.
 */
#pragma once

#include "models/files/weights.h"

G_BEGIN_DECLS

/* Nothing is owned. */
typedef struct
{
  const PzTensorFile *file;
  const PzKeyMap *map; /* for messages */
  const PzFileTensor *source;
  PzWeightLayout layout;
  PzStorage *storage; /* of as many elements, rows of PZ_ROWS8 among them */
} PzWeightLoad;

/* Fails as pz_weights_bind () does; what the storages hold is then undefined. */
gboolean pz_weight_load (const PzWeightLoad loads[],
                         guint n_loads,
                         const PzWeightParams *params,
                         GError **error);

G_END_DECLS
