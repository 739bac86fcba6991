/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Assigns memory offsets to items by their lifetimes. A pure function: no graph, no device.
 * Thread: any.
 */
#pragma once

#include "compute/error.h"

G_BEGIN_DECLS

typedef struct
{
  guint first; /* the step that writes it */
  guint last; /* the last step that reads it, >= first; both inclusive */
  guint64 bytes;
  gint
    may_overwrite; /* earlier item of equal size, last used at step `first`, whose slot this one may reuse; -1 = none */
} PzPlanItem;

typedef struct
{
  guint chunk;
  guint64 offset; /* in bytes, a multiple of the alignment */
} PzPlanSlot;

typedef struct
{
  PzPlanSlot *slots; /* one per item */
  guint64 *chunk_bytes;
  guint n_chunks;
  guint64 peak_bytes; /* sum of the chunk sizes, the bytes to allocate */
} PzPlan;

/* Items that are alive at the same step never share bytes, except an item and the one that it overwrites. `alignment` is a
 * power of two. Fails with GPU_MEMORY if a single item is larger than max_chunk_bytes. (transfer full) */
PzPlan *pz_plan_new (const PzPlanItem items[],
                     guint n_items,
                     guint64 alignment,
                     guint64 max_chunk_bytes,
                     GError **error);
void pz_plan_free (PzPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPlan, pz_plan_free)

G_END_DECLS
