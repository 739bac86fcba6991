/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the thing in a picture: a mask from a rough selection, or from none. A small network of its own (subject_finder/ of a
 * model folder) sees the whole picture reduced to its square, and its answer is laid along the picture's edges.
 *
 * Thread: a finder belongs to one thread from open to close; pz_mask_along_edges (): any.
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

/* Opens the device and loads the network, 2 MiB. (transfer full). Fails with NO_DEVICE, BAD_FILE (none found too),
 * UNSUPPORTED_MODEL, GPU_MEMORY, CANCELLED. */
PzFinder *pz_finder_open (const PzFinderParams *params, GError **error);
void pz_finder_close (PzFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFinder, pz_finder_close)

/* image: RGB or RGBA of any size; hint: 1 channel of the same size, what somebody outlined roughly, at least a half is inside;
 * NULL = nothing was outlined. -> how likely each pixel of a coarse square is the thing, 1 channel, stretched as the picture
 * was; small things beside the largest are left out. (transfer full).
 * Fails with NO_SUBJECT where nothing stands out, or nothing where the hint is; BAD_INPUT (sizes differ, nothing inside the
 * hint); DEVICE_LOST; CANCELLED. */
PzImage *pz_finder_look (PzFinder *finder,
                         PzImage *image,
                         PzImage *hint,
                         GCancellable *cancellable,
                         GError **error);

/* The coarse answer in the picture's size, its edge where the picture has one: a guided filter (He, Sun and Tang, Guided Image
 * Filtering, 2013; in its fast form, 2015) by the colours, of at most 512 pixels a side, applied to every pixel. What is
 * transparent is outside. 1 channel in 8 bits (transfer full); NULL with CANCELLED. Takes time by the picture's pixels. */
PzImage *pz_mask_along_edges (PzImage *image,
                              const PzImage *coarse,
                              GCancellable *cancellable,
                              GError **error);

/* Both: the thing's mask in the picture's size. */
PzImage *pz_finder_find (PzFinder *finder,
                         PzImage *image,
                         PzImage *hint,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
