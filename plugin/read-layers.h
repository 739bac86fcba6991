/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every selected layer of an image to a picture and its mask, one after the other. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "plugin/seeker.h"
#include "ui/host.h"

G_BEGIN_DECLS

/* See PzHostClass.read_layers. `done` comes also where it was cancelled, with CANCELLED; image and seeker live until then. */
void pz_read_layers (GimpImage *image,
                     PzSeeker *seeker,
                     GCancellable *cancellable,
                     PzHostLayerFunc each,
                     PzHostDoneFunc done,
                     gpointer data);

G_END_DECLS
