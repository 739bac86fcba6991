/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The free parts of a range of bytes. A pure data structure: no device, no pointers.
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 offset;
  guint64 bytes;
} PzExtent;

typedef struct
{
  GArray *free; /* of PzExtent, sorted by offset; none is empty, no two are adjacent */
} PzExtents;

void pz_extents_init (PzExtents *extents, guint64 offset, guint64 bytes);
void pz_extents_clear (PzExtents *extents);

/* Takes `bytes` from the smallest free extent that is large enough; FALSE if there is none. Sizes and the first offset given to
 * init are multiples of the caller's alignment, so all offsets are too. */
gboolean pz_extents_take (PzExtents *extents, guint64 bytes, guint64 *offset);
/* Frees an extent, with exactly the values that take returned. */
void pz_extents_give (PzExtents *extents, guint64 offset, guint64 bytes);

guint64 pz_extents_free_bytes (const PzExtents *extents);
/* Checks the invariant stated at `free`, for tests and assertions. */
gboolean pz_extents_check (const PzExtents *extents);

G_END_DECLS
