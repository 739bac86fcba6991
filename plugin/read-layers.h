/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads layers as pictures and their masks, one after the other. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/seeker.h"
#include "ui/host.h"

G_BEGIN_DECLS

/* layers: NULL-terminated (transfer container); layers that are deleted meanwhile are left out. seeker NULL = no
 * search: without an exact mask the whole layer, or the selected part of it, is the subject. Otherwise see
 * PzHostClass.read_layers. `done` is also called after a cancellation, with CANCELLED; seeker must live until then. */
void pz_read_layers (GimpLayer **layers,
                     PzSeeker *seeker,
                     GCancellable *cancellable,
                     PzHostLayerFunc each,
                     PzHostDoneFunc done,
                     gpointer data);

G_END_DECLS
