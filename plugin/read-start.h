/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the part of the image that is painted over, as it looks. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* See PzHostClass.read_start: target "selection" is what is visible under the selection and around it, "below" the
 * middle of the layer below the concept. Reads by rows in its own thread, for which the main loop fetches some rows at
 * a time. The image is not changed. Fails with NO_START, also if it is cancelled; `done` is always called, possibly
 * before this returns. */
void pz_read_start (GimpLayer *concept,
                    const char *target,
                    double aspect,
                    GCancellable *cancellable,
                    PzHostStartFunc done,
                    gpointer data);

G_END_DECLS
