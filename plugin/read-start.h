/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is painted over: a part of the image as it looks. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* As PzHostClass.read_start: target "selection" is what is visible under the selection and around it, "below" the middle of
 * the layer below the concept. Read by rows in a thread of its own, to which the main loop gives some at a time. The image is not
 * changed. Fails with NO_START, also when it is cancelled; `done` comes in any case, maybe before this returns. */
void pz_read_start (GimpLayer *concept,
                    const char *target,
                    double aspect,
                    GCancellable *cancellable,
                    PzHostStartFunc done,
                    gpointer data);

G_END_DECLS
