/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the subject of a picture and returns its mask, with or without a rough selection. A small network of its own
 * (subject_finder/ of a model folder) sees the picture, or the surroundings of the selection, scaled to the network's square
 * input. The result is then refined along the picture's edges.
 *
 * Thread: a finder belongs to one thread from open to close.
 */
#pragma once

#include <gio/gio.h>

#include "models/image.h"

G_BEGIN_DECLS

/* The model folder that contains the network. It is looked up in the model search path. */
#define PZ_FINDER_FOLDER "pz-finder"

typedef struct _PzFinder PzFinder;

/* Zero-initialised members mean the default. */
typedef struct
{
  const char *folder; /* with a subject_finder/; NULL = the first one found */
  const char *beside; /* see pz_model_search_path () */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  GCancellable *cancellable;
} PzFinderParams;

/* The folder that is used if none is given. (transfer full). Fails with BAD_FILE. */
char *pz_finder_search (const char *beside, GError **error);

/* Opens the device and loads the network (2 MiB). (transfer full). Fails with NO_DEVICE, BAD_FILE (also if no network is
 * found), UNSUPPORTED_MODEL, GPU_MEMORY, CANCELLED. */
PzFinder *pz_finder_open (const PzFinderParams *params, GError **error);
void pz_finder_close (PzFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFinder, pz_finder_close)

/* Returns the subject's mask: 1 channel in 8 bits, size of the picture; transparent pixels are outside. (transfer full)
 *
 * image: RGB or RGBA of any size. hint: a rough selection, 1 channel of the same size, inside from half of its maximum on;
 * NULL = none. Pieces that are small compared with the largest are dropped. Run time is proportional to the picture's pixels.
 *
 * Fails with NO_SUBJECT if nothing stands out, or nothing within the hint; BAD_INPUT (sizes differ, nothing is inside the
 * hint); DEVICE_LOST; CANCELLED. */
PzImage *pz_finder_find (PzFinder *finder,
                         PzImage *image,
                         PzImage *hint,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
