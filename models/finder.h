/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the thing in a picture: a mask from a rough selection, or from none. A small network of its own (subject_finder/ of a
 * model folder) sees the picture, or what is around the selection, reduced to its square, and its answer is laid along the picture's edges.
 *
 * Thread: a finder belongs to one thread from open to close.
 */
#pragma once

#include <gio/gio.h>

#include "models/image.h"

G_BEGIN_DECLS

/* The model folder that brings the network, in one of the folders where models are looked for. */
#define PZ_FINDER_FOLDER "pz-finder"

typedef struct _PzFinder PzFinder;

/* Zero is the default. */
typedef struct
{
  const char *folder; /* model folder with a subject_finder/; NULL = the first that is found */
  const char *beside; /* see pz_model_search_path () */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  GCancellable *cancellable;
} PzFinderParams;

/* The folder that is taken where none is given. (transfer full). Fails with BAD_FILE. */
char *pz_finder_search (const char *beside, GError **error);

/* Opens the device and loads the network, 2 MiB. (transfer full). Fails with NO_DEVICE, BAD_FILE (none found too),
 * UNSUPPORTED_MODEL, GPU_MEMORY, CANCELLED. */
PzFinder *pz_finder_open (const PzFinderParams *params, GError **error);
void pz_finder_close (PzFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFinder, pz_finder_close)

/* The thing's mask: 1 channel in 8 bits, in the picture's size, what is transparent outside. (transfer full)
 * image: RGB or RGBA of any size; hint: 1 channel of the same size, what somebody outlined roughly, at least a half is inside;
 * NULL = nothing was outlined. Small things beside the largest are left out. Takes time by the picture's pixels.
 * Fails with NO_SUBJECT where nothing stands out, or nothing where the hint is; BAD_INPUT (sizes differ, nothing inside the
 * hint); DEVICE_LOST; CANCELLED. */
PzImage *pz_finder_find (PzFinder *finder,
                         PzImage *image,
                         PzImage *hint,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
